namespace OrchestrationEngine.Runs;

/// <summary>Which gate holds back a task that is ready. The gates are asked in a fixed order, and again when the one that refused is opened.</summary>
internal static class GateRules
{
    /// <summary>The gate that is closed for a task now, or null: it may start.</summary>
    public static Gate? ClosedFor(RunState state, int task)
    {
        var phase = state.PhaseOf(task);
        if (state.Graph.Phase(phase).MaxParallelTasks is { } most && state.Phase(phase).Out >= most && state.NeedsRoom(task))
        {
            return new Gate(GateKind.PhaseRoom, phase);
        }

        return null;
    }

    /// <summary>Why a gate holds tasks back, for the person who asks.</summary>
    public static string Reason(RunState state, Gate gate) => gate.Kind switch
    {
        GateKind.PhaseRoom => $"The task is ready; as many tasks of phase '{state.Graph.Phase(gate.Index).Id}' are under way as it allows ({state.Graph.Phase(gate.Index).MaxParallelTasks}).",
        _ => throw new ArgumentOutOfRangeException(nameof(gate), gate, null),
    };
}
