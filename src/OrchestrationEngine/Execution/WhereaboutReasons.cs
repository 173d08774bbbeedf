using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>Says of an unfinished run that is not this node's who has it, or why nobody has.</summary>
internal static class WhereaboutReasons
{
    /// <summary>Null where the other reasons say it all: the run is paused, or waits for its time.</summary>
    public static WaitReason? Of(RunState state, RunSummary summary, NodeContext node)
    {
        if (summary.Node is { } holder)
        {
            return new WaitReason(null, null, $"Node '{holder}' has the run.");
        }

        if (node.WhyHeld(state.Graph) is { } held)
        {
            return new WaitReason(null, null, held);
        }

        var waits = state.Status == RunStatus.Paused || (state.AttemptsOut == 0 && state.Agenda.Due.Next(state) > node.Time.GetUtcNow().UtcTicks);
        return waits ? null : new WaitReason(null, null, "No node has the run now; the first that has its agents and room for it takes it up.");
    }
}
