using Microsoft.Extensions.Logging;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Agents;

/// <summary>What agents in the box write to the log: event ids from 3000. Never arguments or environment values, which may be secrets.</summary>
internal static partial class AgentLog
{
    [LoggerMessage(3000, LogLevel.Debug, "Run {Run} task {Task} attempt {Attempt}: started {Program} as process {ProcessId}")]
    public static partial void ProcessStarted(ILogger logger, RunId run, string task, int attempt, string program, int processId);

    [LoggerMessage(3001, LogLevel.Debug, "Run {Run} task {Task} attempt {Attempt}: process {ProcessId} exited with code {ExitCode}")]
    public static partial void ProcessExited(ILogger logger, RunId run, string task, int attempt, int processId, int exitCode);

    [LoggerMessage(3002, LogLevel.Information, "Run {Run} task {Task} attempt {Attempt}: process {ProcessId} and its children are ended: {Reason}")]
    public static partial void ProcessEnded(ILogger logger, RunId run, string task, int attempt, int processId, string reason);

    [LoggerMessage(EventId = 3003, Message = "Run {Run} task {Task} attempt {Attempt} stdout: {Line}")]
    public static partial void StdoutLine(ILogger logger, LogLevel level, RunId run, string task, int attempt, string line);

    [LoggerMessage(EventId = 3004, Message = "Run {Run} task {Task} attempt {Attempt} stderr: {Line}")]
    public static partial void StderrLine(ILogger logger, LogLevel level, RunId run, string task, int attempt, string line);

    [LoggerMessage(3005, LogLevel.Warning, "Run {Run} task {Task} attempt {Attempt}: process {ProcessId} has exited but something that it started keeps its output open; what comes from now on is dropped")]
    public static partial void OutputHeldOpen(ILogger logger, RunId run, string task, int attempt, int processId);

    [LoggerMessage(3006, LogLevel.Warning, "Run {Run} task {Task} attempt {Attempt}: can't end process {ProcessId}, waiting until it exits")]
    public static partial void CannotEnd(ILogger logger, Exception exception, RunId run, string task, int attempt, int processId);

    [LoggerMessage(3007, LogLevel.Warning, "Run {Run} task {Task} attempt {Attempt}: can't remove the temporary directory {Directory}")]
    public static partial void CannotRemoveDirectory(ILogger logger, Exception exception, RunId run, string task, int attempt, string directory);

    [LoggerMessage(3020, LogLevel.Debug, "Run {Run} task {Task} attempt {Attempt}: request {Handoff} is in {Folder}")]
    public static partial void HandoffOffered(ILogger logger, RunId run, string task, int attempt, string handoff, string folder);

    [LoggerMessage(3021, LogLevel.Information, "Run {Run} task {Task} attempt {Attempt}: request {Handoff} of an earlier attempt is taken up")]
    public static partial void HandoffTakenUp(ILogger logger, RunId run, string task, int attempt, string handoff);

    [LoggerMessage(3022, LogLevel.Information, "Run {Run} task {Task} attempt {Attempt}: request {Handoff} is given up ({How})")]
    public static partial void HandoffGivenUp(ILogger logger, RunId run, string task, int attempt, string handoff, string how);

    [LoggerMessage(3023, LogLevel.Warning, "Run {Run} task {Task} attempt {Attempt}: request {Handoff} can't be taken back; whoever works at it is not told that nobody waits any more")]
    public static partial void CannotGiveUp(ILogger logger, Exception exception, RunId run, string task, int attempt, string handoff);

    [LoggerMessage(3024, LogLevel.Warning, "Run {Run} task {Task} attempt {Attempt}: the answer to request {Handoff} says: {Warning}")]
    public static partial void AnswerWarns(ILogger logger, RunId run, string task, int attempt, string handoff, string warning);

    [LoggerMessage(3025, LogLevel.Information, "Folder {Folder} can't be watched; answers in it are found by looking for them")]
    public static partial void NoWatch(ILogger logger, Exception exception, string folder);

    [LoggerMessage(3026, LogLevel.Warning, "Files in folder {Folder} that are done with can't be moved away")]
    public static partial void CannotSweep(ILogger logger, Exception exception, string folder);
}
