using Microsoft.Extensions.Logging;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

internal static partial class Log
{
    /// <summary>Says which changes of a run's plan were refused: who proposed them may be an agent, whom nobody answers.</summary>
    public static void Refusals(ILogger logger, RunId run, ReadOnlySpan<RecordedEvent> facts)
    {
        foreach (ref readonly var fact in facts)
        {
            if (fact.Event is PlanPatchRefused refused)
            {
                PatchRefused(logger, run, refused.Author, refused.Problems.Count, refused.Problems[0]);
            }
        }
    }

    [LoggerMessage(1040, LogLevel.Warning, "Run {RunId}: changes of its plan that {Author} wanted were refused for {Count} reasons; the first: {Problem}")]
    private static partial void PatchRefused(ILogger logger, RunId runId, string author, int count, Plans.PlanProblem problem);
}
