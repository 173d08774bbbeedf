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
}
