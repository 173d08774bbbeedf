using Microsoft.Extensions.Logging;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>The messages of this room: 1000 to 1999.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Debug, "Run {RunId} is at {Version}, {Status}")]
    public static partial void Facts(ILogger logger, RunId runId, long version, RunStatus status);

    [LoggerMessage(1001, LogLevel.Information, "Run {RunId} of plan {PlanId} was created")]
    public static partial void Created(ILogger logger, RunId runId, string planId);

    [LoggerMessage(1002, LogLevel.Warning, "Run {RunId}: append failed {Tries} times, trying again in {Delay}: {Reason}")]
    public static partial void AppendDelayed(ILogger logger, RunId runId, int tries, TimeSpan delay, string reason);

    [LoggerMessage(1003, LogLevel.Warning, "Run {RunId} has another writer; this node lets it go")]
    public static partial void OwnedElsewhere(ILogger logger, RunId runId);

    [LoggerMessage(1004, LogLevel.Error, "Run {RunId} stopped because of an error and is loaded again in {Delay}")]
    public static partial void Faulted(ILogger logger, RunId runId, TimeSpan delay, Exception exception);

    [LoggerMessage(1005, LogLevel.Error, "Run {RunId} can't be loaded and is left alone")]
    public static partial void Unreadable(ILogger logger, RunId runId, Exception exception);

    [LoggerMessage(1006, LogLevel.Warning, "Run {RunId}, task {TaskId}, attempt {Attempt}: agent {Agent} threw")]
    public static partial void AgentThrew(ILogger logger, RunId runId, string taskId, int attempt, string agent, Exception exception);

    [LoggerMessage(1007, LogLevel.Debug, "Run {RunId}, task {TaskId}, attempt {Attempt}: the outcome came when the run was no longer live here")]
    public static partial void OutcomeDropped(ILogger logger, RunId runId, string taskId, int attempt);

    [LoggerMessage(1008, LogLevel.Warning, "Run {RunId}, task {TaskId}, attempt {Attempt}: a callback of the agent's cancellation threw")]
    public static partial void CancellationThrew(ILogger logger, RunId runId, string taskId, int attempt, Exception exception);

    [LoggerMessage(1009, LogLevel.Warning, "Run {RunId}, task {TaskId}, attempt {Attempt}: a service of the attempt's scope threw when it was disposed of")]
    public static partial void ScopeThrew(ILogger logger, RunId runId, string taskId, int attempt, Exception exception);

    [LoggerMessage(1010, LogLevel.Information, "The node has started; it takes up {Count} unfinished runs")]
    public static partial void Recovered(ILogger logger, int count);

    [LoggerMessage(1011, LogLevel.Warning, "Unfinished runs could not be listed; trying again in {Delay}: {Reason}")]
    public static partial void RecoveryDelayed(ILogger logger, TimeSpan delay, string reason);

    [LoggerMessage(1012, LogLevel.Information, "The node is stopping: no new attempts, {Grace} for those under way")]
    public static partial void Draining(ILogger logger, TimeSpan grace);

    [LoggerMessage(1013, LogLevel.Information, "The node has stopped; {Count} runs go on where they are when it starts again")]
    public static partial void Stopped(ILogger logger, int count);

    [LoggerMessage(1014, LogLevel.Warning, "Run {RunId} is held: {Reason}")]
    public static partial void Held(ILogger logger, RunId runId, string reason);
}
