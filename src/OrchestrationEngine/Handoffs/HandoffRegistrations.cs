using OrchestrationEngine.Plans;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Handoffs;

/// <summary>Finds contracts, transformations and schemas that plans name and the application has not: only here both are known.</summary>
internal static class HandoffRegistrations
{
    /// <summary>Checks a plan that is without problems otherwise.</summary>
    public static IReadOnlyList<PlanProblem> Problems(PlanGraph graph, HandoffRegistry registry, PlanLimits limits)
    {
        var plan = graph.Plan;
        var problems = new PlanProblemList(limits.MaxProblems);
        foreach (var (at, contract, _, _) in graph.Contracts())
        {
            if (contract.Uses is { } uses && !registry.ContractNames.Contains(uses))
            {
                problems.Add(PlanProblemKinds.UnregisteredContract, at.Leaf("uses"), $"The application has no contract '{uses}'. {PlanCheck.Known("It has", registry.ContractNames)}", uses, registry.ContractNames);
            }

            if (contract.Files.Count > 0 && registry.Settings.Files is null)
            {
                problems.Add(PlanProblemKinds.BadContract, at.Leaf("files"), "The contract looks for files, and the engine has no folder for them. Set OrchestrationOptions.HandoffFiles.");
            }

            if (contract.Schema is { } schema)
            {
                CheckSchema(problems, registry, schema, at);
            }
        }

        for (var index = 0; index < plan.Handoffs.Count; index++)
        {
            var list = PlanPointer.Plan.Member("handoffs").Within(FormattableString.Invariant($"{index}")).Within("transforms");
            for (var step = 0; step < plan.Handoffs[index].Transforms.Count; step++)
            {
                if (plan.Handoffs[index].Transforms[step].Uses is { } uses && !registry.TransformNames.Contains(uses))
                {
                    problems.Add(PlanProblemKinds.UnregisteredContract, list.Item(step).Leaf("uses"), $"The application has no transformation '{uses}'. {PlanCheck.Known("It has", registry.TransformNames)}", uses, registry.TransformNames);
                }
            }
        }

        return problems.ToList();
    }

    /// <summary>Why a run that another process began can't go on in this one, or null: a contract, a transformation or a schema of its plan is not registered here.</summary>
    public static string? WhyHeld(PlanGraph graph, HandoffRegistry registry)
        => Problems(graph, registry, PlanLimits.Default) is [var first, ..] ? $"The run waits for a process that has what its handoffs need: {first.Message}" : null;

    private static void CheckSchema(PlanProblemList problems, HandoffRegistry registry, JsonData schema, PlanPointer at)
    {
        if (registry.TryCompile(schema, out var found) is not null)
        {
            return;
        }

        foreach (var problem in found.Where(problem => problem.Severity == SchemaSeverity.Error))
        {
            // A schema that is named by its URI, or another document that it leads to, has no place in the plan.
            var place = at + "/schema" + (problem.Document is null && !ContractSchemas.IsName(schema) ? problem.Pointer : "");
            problems.Add(PlanProblemKinds.UnregisteredContract, place, $"The schema can't be used here. {problem} {PlanCheck.Known("Registered schemas are", registry.Schemas.Identifiers)}");
        }
    }
}
