namespace OrchestrationEngine.Runs;

/// <summary>Which gate holds back a task that is ready. The gates are asked in a fixed order, and again when the one that refused is opened.</summary>
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

        var phase = state.PhaseOf(task);
        if (state.Graph.Phase(phase).MaxParallelTasks is { } most && state.Phase(phase).Out >= most && state.NeedsRoom(task))
        {
            return new Gate(GateKind.PhaseRoom, phase);
        }

        return null;
    }

    /// <summary>Lets others have what a task does not use that was let through a gate: it met another one, or ended.</summary>
    public static void PassOn(RunState state, int task)
    {
        var phase = state.PhaseOf(task);
        if (state.Graph.Phase(phase).MaxParallelTasks is { } most && state.Phase(phase).Out < most)
        {
            state.Agenda.Open(new Gate(GateKind.PhaseRoom, phase), most: 1);
        }

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

    /// <summary>Whether what opens a gate can only happen in the run itself.</summary>
    public static bool IsOfRun(Gate gate) => gate.Kind is GateKind.PhaseRoom or GateKind.Guard or GateKind.Lock or GateKind.Turns;

    /// <summary>Why a gate holds a task back, for the person who asks.</summary>
    public static string Reason(RunState state, int task, Gate gate) => gate.Kind switch
    {
        GateKind.PhaseRoom => $"The task is ready; as many tasks of phase '{state.Graph.Phase(gate.Index).Id}' are under way as it allows ({state.Graph.Phase(gate.Index).MaxParallelTasks}).",
        GateKind.Guard => GuardRules.Reason(state, task),
        GateKind.Lock or GateKind.Turns => $"The task is ready; {state.Locks!.Reason(task, state) ?? "it is its turn"}.",
        _ => throw new ArgumentOutOfRangeException(nameof(gate), gate, null),
    };
}
