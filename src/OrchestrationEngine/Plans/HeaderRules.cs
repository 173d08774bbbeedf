namespace OrchestrationEngine.Plans;

/// <summary>What must hold for the parts of a plan outside its phases.</summary>
internal static class HeaderRules
{
    public static void Check(PlanCheck check)
    {
        var plan = check.Plan;
        var at = PlanPointer.Plan;
        check.Name(at.Member("id"), plan.Id, "The plan's id");
        check.Name(at.Member("version"), plan.Version, "The plan's version");
        CheckInputs(check, plan.Inputs, at.Member(PlanPaths.Inputs));
        CheckAgents(check, plan.Agents, at.Member("agents"));
        check.DistinctNames(plan.Tiers, at.Member("tiers"), "The tier", tier => tier.Id, (list, index, _) => list.Item(index).Leaf("id"));
        TaskRules.CheckValues(check, plan.Outputs, at.Member("outputs"), "The output", NamePlace.Outputs);
        PathRules.Check(check, at.Member("startAt"), plan.StartAt?.References, NamePlace.Start);
        check.Failures(at, plan.OnFailure);
        check.AtLeast(at.Member("maxParallelTasks"), plan.MaxParallelTasks, 1, "The number of parallel tasks");
        check.Within(at.Member("maxStarts"), plan.MaxStarts, 1, 1000, "The number of starts");
        if (check.Exists(at.Member("phases"), plan.Phases) && plan.Phases.Count == 0)
        {
            check.Problem(PlanProblemKinds.NoPhases, at.Member("phases"), "The plan has no phases; it needs at least one.");
        }
    }

    private static void CheckInputs(PlanCheck check, IReadOnlyList<PlanInput>? inputs, PlanPointer at)
    {
        check.DistinctNames(inputs, at, "The input", input => input.Name, (list, index, input) => Place(list, index, input.Name));
        for (var index = 0; index < (inputs?.Count ?? 0); index++)
        {
            if (inputs![index] is { Default: { } value } input)
            {
                TaskRules.CheckSize(check, Place(at, index, input.Name), value);
            }

            if (inputs[index] is { Name: not null, Schema: { } schema } described)
            {
                ValueSchemas.Check(schema, described.Default, (step, message) => check.Problem(PlanProblemKinds.BadSchema, at.Member($"{PlanPaths.Inputs}/{PlanPointer.Escape(described.Name)}{step}"), message, described.Name));
            }
        }
    }

    private static PlanPointer Place(PlanPointer list, int index, string? name) => name is null ? list.Item(index) : list.Leaf(name);

    private static void CheckAgents(PlanCheck check, IReadOnlyList<PlanAgent>? agents, PlanPointer at)
    {
        check.DistinctNames(agents, at, "The agent", agent => agent.Id, (list, index, _) => list.Item(index).Leaf("id"));
        for (var index = 0; index < (agents?.Count ?? 0); index++)
        {
            if (agents![index] is not { } agent)
            {
                continue;
            }

            var place = at.Item(index).Leaf(agent.Uses is null ? "id" : "uses");
            var uses = agent.Uses ?? agent.Id;
            if (agent.Uses is not null)
            {
                check.Name(place, uses, "The name of the registered agent");
            }

            if (check.RegisteredAgents is { } registered && !string.IsNullOrWhiteSpace(uses) && !registered.Contains(uses))
            {
                check.Unknown(PlanProblemKinds.UnregisteredAgent, place, $"The application has no agent '{uses}'. {PlanCheck.Known("It has", registered)}", uses, registered);
            }
        }
    }
}
