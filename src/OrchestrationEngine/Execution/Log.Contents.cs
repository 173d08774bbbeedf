using Microsoft.Extensions.Logging;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>The messages about contents and results beside the journal: 1060 to 1069.</summary>
internal static partial class Log
{
    [LoggerMessage(1060, LogLevel.Warning, "Run {RunId}, task {TaskId}, attempt {Attempt}: a result that could be taken over could not be {What}; the agent does it, or will do it, again")]
    public static partial void MemoFailed(ILogger logger, RunId runId, string taskId, int attempt, string what, Exception exception);

    [LoggerMessage(1061, LogLevel.Warning, "Run {RunId}: the contents that message {MessageId} names could not be linked to it, trying again in {Delay}: {Reason}")]
    public static partial void ContentsDelayed(ILogger logger, RunId runId, string messageId, TimeSpan delay, string reason);
}
