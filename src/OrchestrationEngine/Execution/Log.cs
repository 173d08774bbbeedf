using Microsoft.Extensions.Logging;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

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

    [LoggerMessage(1003, LogLevel.Warning, "Run {RunId} is this node's no longer: {Reason}")]
    public static partial void OwnedElsewhere(ILogger logger, RunId runId, string reason);

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

    [LoggerMessage(1010, LogLevel.Debug, "The node takes up {Count} runs")]
    public static partial void Taken(ILogger logger, int count);

    [LoggerMessage(1011, LogLevel.Warning, "The store could not be asked for runs, or given some back; trying again in {Delay}")]
    public static partial void ClaimsDelayed(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(1012, LogLevel.Information, "The node is stopping: no new attempts, {Grace} for those under way")]
    public static partial void Draining(ILogger logger, TimeSpan grace);

    [LoggerMessage(1013, LogLevel.Information, "The node has stopped; {Count} runs go on where they are when it starts again")]
    public static partial void Stopped(ILogger logger, int count);

    [LoggerMessage(1014, LogLevel.Warning, "Run {RunId} is held: {Reason}")]
    public static partial void Held(ILogger logger, RunId runId, string reason);

    [LoggerMessage(1015, LogLevel.Information, "Node {NodeId} has joined")]
    public static partial void Joined(ILogger logger, NodeId nodeId);

    [LoggerMessage(1016, LogLevel.Warning, "Node {NodeName} could not join the store {Tries} times, trying again in {Delay}")]
    public static partial void JoinDelayed(ILogger logger, string nodeName, int tries, TimeSpan delay, Exception exception);

    [LoggerMessage(1017, LogLevel.Warning, "Node {NodeId} could not be renewed")]
    public static partial void RenewalFailed(ILogger logger, NodeId nodeId, Exception exception);

    [LoggerMessage(1018, LogLevel.Warning, "Node {NodeId} is lost, and its {Count} runs are let go; it joins again. {Reason}")]
    public static partial void Lost(ILogger logger, NodeId nodeId, int count, string reason);

    [LoggerMessage(1019, LogLevel.Warning, "Node {NodeId} could not say that it leaves; its runs are taken over when its time is over")]
    public static partial void LeaveFailed(ILogger logger, NodeId nodeId, Exception exception);

    [LoggerMessage(1020, LogLevel.Warning, "Run {RunId}: message {MessageId} could not be posted, trying again in {Delay}: {Reason}")]
    public static partial void MessageDelayed(ILogger logger, RunId runId, string messageId, TimeSpan delay, string reason);

    [LoggerMessage(1021, LogLevel.Warning, "Run {RunId}: the answer to message {MessageId} could not be read for now: {Reason}")]
    public static partial void AnswerNotRead(ILogger logger, RunId runId, string messageId, string reason);

    [LoggerMessage(1022, LogLevel.Warning, "Run {RunId}: run {ChildId}, which does a task of it, could not be created, trying again in {Delay}: {Reason}")]
    public static partial void ChildDelayed(ILogger logger, RunId runId, RunId childId, TimeSpan delay, string reason);

    [LoggerMessage(1023, LogLevel.Error, "Run {RunId}: run {ChildId}, which was to do a task of it, could not be created")]
    public static partial void ChildNotCreated(ILogger logger, RunId runId, RunId childId, Exception exception);

    [LoggerMessage(1024, LogLevel.Warning, "Run {RunId}, task {TaskId}, attempt {Attempt}: {Who} threw")]
    public static partial void HandoffCheckThrew(ILogger logger, RunId runId, string taskId, int attempt, string who, Exception exception);

    [LoggerMessage(1025, LogLevel.Warning, "Run {RunId}, task {TaskId}, attempt {Attempt}: what was rejected could not be kept")]
    public static partial void RejectedNotKept(ILogger logger, RunId runId, string taskId, int attempt, Exception exception);
}
