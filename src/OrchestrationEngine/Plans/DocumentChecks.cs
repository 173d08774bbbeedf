namespace OrchestrationEngine.Plans;

/// <summary>What must hold for the documents that the tasks of a run share.</summary>
internal static class DocumentChecks
{
    private const string AgentPrefix = "agent:";
    private const string Everybody = "*";

    public static void Check(PlanCheck check)
    {
        var list = PlanPointer.Plan.Member("workspace");
        check.DistinctNames(check.Plan.Workspace, list, "The document", document => document.Name, (at, index, document) => document.Name is null ? at.Item(index) : at.Leaf(document.Name));
        foreach (var document in (check.Plan.Workspace ?? []).Where(document => document is { Name.Length: > 0 }))
        {
            CheckDocument(check, document, list.Within(document.Name));
        }
    }

    private static void CheckDocument(PlanCheck check, DocumentDefinition document, PlanPointer at)
    {
        if (RelativeName.Problem(document.Name) is { } problem)
        {
            check.Problem(PlanProblemKinds.UnsafeName, at, $"The document '{document.Name}' {problem}.", document.Name);
        }

        if (document.MediaType is { } type)
        {
            ContractRules.CheckMediaType(check, at.Leaf("mediaType"), type, mayBeAny: false);
        }

        CheckWho(check, at.Within("writers"), document.Writers, "writer");
        CheckWho(check, at.Within("readers"), document.Readers, "reader");
        check.Defined(at.Leaf("merge"), document.Merge, "What a conflict means");
        if (document.EscalateTo is null == (document.Merge == DocumentMerge.Escalate) && !check.HasLostParts)
        {
            check.Problem(
                PlanProblemKinds.NotTogether,
                at.Leaf("escalateTo"),
                document.EscalateTo is null ? "With 'merge': 'escalate', 'escalateTo' says who is told." : "'escalateTo' goes with 'merge': 'escalate'.",
                document.Name);
        }

        if (document.EscalateTo is not null)
        {
            check.Name(at.Leaf("escalateTo"), document.EscalateTo, "Who is told");
        }

        if (ContractPlaces.Reached(check.Plan, [document.Contract]).Any(static reached => reached.Contract.Judge is not null))
        {
            check.Problem(PlanProblemKinds.ImpossibleHandoff, at.Leaf("contract"), $"The contract of document '{document.Name}' asks a judge. A document is checked whenever somebody writes it, also when that is no attempt; have a task judge it.", document.Name);
        }

        if (document.Initial is { } initial)
        {
            TaskRules.CheckSize(check, at.Leaf("initial"), JsonData.String(initial));
        }
    }

    private static void CheckWho(PlanCheck check, PlanPointer at, IReadOnlyList<string>? who, string what)
    {
        check.DistinctTexts(who, at, $"The {what}");
        for (var index = 0; index < (who?.Count ?? 0); index++)
        {
            if (who![index] is not { Length: > 0 } name || name == Everybody)
            {
                continue;
            }

            if (name.StartsWith(AgentPrefix, StringComparison.Ordinal))
            {
                CheckAgent(check, at.Item(index), name[AgentPrefix.Length..]);
            }
            else if (!check.Names.TryGetTask(name, out _))
            {
                var known = check.Names.TaskIds.Concat(check.Agents.Select(agent => AgentPrefix + agent));
                check.Unknown(PlanProblemKinds.UnknownWriter, at.Item(index), $"The plan has no task '{name}'. A {what} is the id of a task, '{AgentPrefix}NAME' for an agent, or '{Everybody}' for all.", name, known);
            }
        }
    }

    private static void CheckAgent(PlanCheck check, PlanPointer at, string agent)
    {
        if (check.Agents.Count > 0 && !check.Agents.Contains(agent))
        {
            check.Unknown(PlanProblemKinds.UnknownWriter, at, $"The plan has no agent '{agent}'. {PlanCheck.Known("It has", check.Agents)}", agent, check.Agents);
        }
        else if (check.Agents.Count == 0 && check.RegisteredAgents is { } registered && !registered.Contains(agent))
        {
            check.Unknown(PlanProblemKinds.UnknownWriter, at, $"The application has no agent '{agent}'. {PlanCheck.Known("It has", registered)}", agent, registered);
        }
    }
}
