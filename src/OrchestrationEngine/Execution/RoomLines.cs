using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Execution;

/// <summary>In which line of the engine the tasks of a plan wait: their numbers are those of the gates that a run meets. Immutable.</summary>
internal sealed class RoomLines(PlanGraph graph, IReadOnlyList<RoomLine> lines, int[] ofDemand)
{
    public PlanGraph Graph => graph;

    /// <summary>The different lines.</summary>
    public IReadOnlyList<RoomLine> All => lines;

    /// <summary>The number of the line for a task.</summary>
    public int NumberOf(int task) => ofDemand.Length == 1 ? ofDemand[0] : ofDemand[graph.Demands.Of(task)];
}
