using System.Globalization;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Execution;

/// <summary>Finds tasks that take resources which the engine has not, or has too little of: only here both the plan and the engine's limits are known.</summary>
internal static class ResourceRules
{
    /// <summary>Checks a plan that is without problems otherwise.</summary>
    public static IReadOnlyList<PlanProblem> Check(PlanGraph graph, EngineLimits limits, PlanLimits most)
    {
        if (!graph.Demands.TakesResources || !graph.Demands.All.Any(demand => MissingFor(demand, limits).Any()))
        {
            return [];
        }

        var problems = new PlanProblemList(most.MaxProblems);
        var names = new PlanNames(graph.Plan);
        for (var task = 0; task < graph.TaskCount; task++)
        {
            foreach (var use in MissingFor(graph.Demands.All[graph.Demands.Of(task)], limits))
            {
                var at = names.PointerTo(task).Member("resources").Leaf(use.Name);
                if (limits.Resources.TryGetValue(use.Name, out var capacity))
                {
                    problems.Add(PlanProblemKinds.TakesTooMuch, at, string.Create(CultureInfo.InvariantCulture, $"Task '{graph.Task(task).Id}' takes {use.Weight:N0} of resource '{use.Name}', of which the engine has {capacity:N0}. Take less, or give the engine more (OrchestrationOptions.Resources)."), use.Name);
                }
                else
                {
                    problems.Add(PlanProblemKinds.UnknownResource, at, $"Task '{graph.Task(task).Id}' takes of resource '{use.Name}', which the engine has not (OrchestrationOptions.Resources). {PlanCheck.Known("It has", [.. limits.Resources.Keys])}", use.Name, limits.Resources.Keys);
                }
            }
        }

        return problems.ToList();
    }

    /// <summary>Why a run that another process began can't go on in this one, or null: its plan takes more of a resource than there is here.</summary>
    public static string? WhyHeld(PlanGraph graph, EngineLimits limits)
    {
        if (!graph.Demands.TakesResources)
        {
            return null;
        }

        var missing = graph.Demands.All.SelectMany(demand => MissingFor(demand, limits))
            .GroupBy(use => use.Name, StringComparer.Ordinal)
            .Select(uses => string.Create(CultureInfo.InvariantCulture, $"it takes {uses.Max(use => use.Weight):N0} of '{uses.Key}', of which {(limits.Resources.TryGetValue(uses.Key, out var capacity) ? $"{capacity:N0} are" : "nothing is")} here"))
            .ToList();
        return missing.Count == 0 ? null : $"The run waits for a process that has its resources: {string.Join("; ", missing)}.";
    }

    private static IEnumerable<ResourceUse> MissingFor(TaskDemand demand, EngineLimits limits)
        => demand.Resources.Where(use => limits.Resources.GetValueOrDefault(use.Name) < use.Weight);
}
