using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Execution;

/// <summary>Finds the tasks whose agents are to find out about unknown outcomes and can't: only here both the plan and the agents are known.</summary>
internal static class ProbeRules
{
    /// <summary>Checks a plan that is without problems otherwise.</summary>
    public static IReadOnlyList<PlanProblem> Check(PlanGraph graph, AgentRegistry agents, PlanLimits limits)
    {
        var problems = new PlanProblemList(limits.MaxProblems);
        PlanNames? names = null;
        for (var task = 0; task < graph.TaskCount; task++)
        {
            if (graph.Task(task).OnUnknown == OnUnknown.Probe && graph.AgentOf(task) is { } agent && agents.Find(agent) is { CanProbe: false })
            {
                names ??= new PlanNames(graph.Plan);
                problems.Add(
                    PlanProblemKinds.NoProbe,
                    names.PointerTo(task).Member("onUnknown"),
                    $"Task '{graph.Task(task).Id}' wants unknown outcomes to be found out (probe), but agent '{agent}' can't do that: it does not implement IAgentProbe. Implement it, or write 'retry' or 'fail'.",
                    agent);
            }
        }

        return problems.ToList();
    }
}
