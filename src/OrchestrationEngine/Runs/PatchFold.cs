using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>The part of the fold that is about the run's plan.</summary>
internal static class PatchFold
{
    public static void Apply(RunState state, RunEvent fact)
    {
        if (fact is PlanMoved moved)
        {
            Apply(state, moved);
        }
        else
        {
            Apply(state, (PlanPatched)fact);
        }
    }

    private static void Apply(RunState state, PlanPatched fact)
        => Rebase.To(state, PlanGraph.Compile(fact.Patch.Apply(state.Graph.Plan)), PlanRenames.None);

    private static void Apply(RunState state, PlanMoved fact)
    {
        if (fact.Inputs is { } inputs)
        {
            state.Inputs = inputs;
            state.NamesContents |= ContentReferences.MayBeIn(inputs);
        }

        Rebase.To(state, PlanGraph.Compile(fact.Plan), fact.Renames ?? PlanRenames.None);
    }
}
