using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// The form in which a run has its plan for a while: another one begins with each patch and each move. Numbers of tasks hold for one of them only, so
/// whoever keeps a number keeps the edition with it.
/// </summary>
/// <param name="graph">The compiled plan.</param>
/// <param name="number">How many there were before, in this process.</param>
internal sealed class PlanEdition(PlanGraph graph, int number)
{
    public PlanGraph Graph => graph;

    public int Number => number;
}
