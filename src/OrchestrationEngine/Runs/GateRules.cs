namespace OrchestrationEngine.Runs;

/// <summary>Which gate holds back a task that is ready. The gates are asked in a fixed order, the engine's last, and again when the one that refused is opened.</summary>
internal static class GateRules
{
    /// <summary>Asks the gates for a task that is about to start; it gets in the lines that it has to stand in.</summary>
    /// <returns>The gate that is closed, or null: it may start.</returns>
    public static Gate? Ask(RunState state, int task)
    {
        if (state.Locks is { } locks && task < ItemTable.First)
        {
            if (GuardRules.IsClosed(state, task))
            {
                // It must not keep others from a lock while it waits for something else.
                locks.Leave(task, state);
            }
            else
            {
                locks.Join(task);
            }
        }

        return ClosedFor(state, task);
    }

    /// <summary>The gate that is closed for a task now, or null: it may start. Changes nothing.</summary>
    public static Gate? ClosedFor(RunState state, int task)
    {
        if (GuardRules.IsClosed(state, task))
        {
            return new Gate(GateKind.Guard, task);
        }

        if (state.Locks is { } locks && task < ItemTable.First && locks.Missing(task) is var missing && missing >= 0)
        {
            return locks.TakesTurns(missing) ? new Gate(GateKind.Turns, missing) : new Gate(GateKind.Lock, task);
        }

        if (task >= ItemTable.First && state.Items.FanOutOf(task) is var fanOut && fanOut.UnderWay >= (FanOutRules.Settings(state, fanOut.Task).MaxParallel ?? int.MaxValue))
        {
            return new Gate(GateKind.Items, fanOut.Task);
        }

        var phase = state.PhaseOf(task);
        if (state.Graph.Phase(phase).MaxParallelTasks is { } most && state.Phase(phase).Out >= most && state.IsWork(task))
        {
            return new Gate(GateKind.PhaseRoom, phase);
        }

        if (state.OwnRoom <= 0 && state.IsWork(task))
        {
            return new Gate(GateKind.RunRoom, 0);
        }

        return null;
    }

    /// <summary>Lets others have what a task does not use that was let through a gate: it met another one, or ended.</summary>
    public static void PassOn(RunState state, int task)
    {
        if (state.Graph.Locks is { } plan && task < ItemTable.First)
        {
            foreach (var number in plan.OfTask(task))
            {
                if (!plan.HasLine(number))
                {
                    state.Locks!.Wake(number, state);
                }
            }
        }
    }

    /// <summary>Takes what a task needs of the engine, once no other gate is closed for it.</summary>
    /// <returns>The gate of the engine that is closed, or null: it is taken, and the task must start.</returns>
    public static Gate? TakeRoom(RunState state, int task)
        => state.Engine?.TryTake(state, task);

    /// <summary>Why a gate holds tasks back, for the person who asks.</summary>
    public static string Reason(RunState state, Gate gate) => gate.Kind switch
    {
        GateKind.PhaseRoom => $"The task is ready; as many tasks of phase '{state.Graph.Phase(gate.Index).Id}' are under way as it allows ({state.Graph.Phase(gate.Index).MaxParallelTasks}).",
        GateKind.Guard => GuardRules.Reason(state, gate.Index),
        GateKind.Lock => $"The task is ready; {state.Locks!.Reason(gate.Index, state) ?? "it is its turn"}.",
        GateKind.Turns => $"The task is ready; {state.Locks!.ReasonOf(gate.Index, state)}.",
        GateKind.RunRoom => $"The task is ready; the run has as many tasks under way as its plan allows ({state.Graph.Plan.MaxParallelTasks}).",
        GateKind.EngineRoom or GateKind.Engine when state.Engine is { } engine => $"The task is ready; {engine.Reason(gate)}",
        GateKind.Items => $"The item is ready; as many items of task '{state.Definition(gate.Index).Id}' are under way as it allows ({FanOutRules.Settings(state, gate.Index).MaxParallel}).",
        _ => throw new ArgumentOutOfRangeException(nameof(gate), gate, null),
    };
}
