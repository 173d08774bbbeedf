namespace OrchestrationEngine.Runs;

/// <summary>Which gate holds back a task that is ready. The gates are asked in a fixed order, the engine's last, and again when the one that refused is opened.</summary>
internal static class GateRules
{
    /// <summary>The gate that is closed for a task now, those of the engine apart, or null.</summary>
    public static Gate? ClosedFor(RunState state, int task)
    {
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

    /// <summary>Takes what a task needs of the engine, once no other gate is closed for it.</summary>
    /// <returns>The gate of the engine that is closed, or null: it is taken, and the task must start.</returns>
    public static Gate? TakeRoom(RunState state, int task)
        => state.Engine?.TryTake(state, task);

    /// <summary>Why a gate holds tasks back, for the person who asks.</summary>
    public static string Reason(RunState state, Gate gate) => gate.Kind switch
    {
        GateKind.PhaseRoom => $"The task is ready; as many tasks of phase '{state.Graph.Phase(gate.Index).Id}' are under way as it allows ({state.Graph.Phase(gate.Index).MaxParallelTasks}).",
        GateKind.RunRoom => $"The task is ready; the run has as many tasks under way as its plan allows ({state.Graph.Plan.MaxParallelTasks}).",
        GateKind.EngineRoom or GateKind.Engine when state.Engine is { } engine => engine.Reason(gate),
        GateKind.Items => $"The item is ready; as many items of task '{state.Definition(gate.Index).Id}' are under way as it allows ({FanOutRules.Settings(state, gate.Index).MaxParallel}).",
        _ => throw new ArgumentOutOfRangeException(nameof(gate), gate, null),
    };
}
