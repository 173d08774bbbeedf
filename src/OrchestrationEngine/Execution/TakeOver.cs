using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>How a loop begins with a run that another one had before it, here or in another process.</summary>
internal static class TakeOver
{
    public static void Begin(RunState state, RunStep step, NodeContext node)
    {
        // What the facts touched while they were folded is history; what was out is out no longer.
        state.Agenda.Touched.Clear();
        state.HeldHere = state.IsTerminal ? null : node.WhyHeld(state.Graph);
        if (state.HeldHere is { } held)
        {
            Log.Held(node.Log, state.Id, held);
        }

        var now = node.Time.GetUtcNow();
        step.Decide(new RunCommand.Recover("The process that made the attempt ended before its outcome was known."), now);
        if (state.Status == RunStatus.Pending)
        {
            step.Decide(new RunCommand.Start(), now);
        }
    }
}
