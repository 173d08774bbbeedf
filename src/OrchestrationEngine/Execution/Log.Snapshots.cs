using Microsoft.Extensions.Logging;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>The messages about kept states: 1050 to 1059.</summary>
internal static partial class Log
{
    [LoggerMessage(1050, LogLevel.Debug, "Run {RunId}: its state at {Version} was kept, {Bytes} bytes")]
    public static partial void StateKept(ILogger logger, RunId runId, long version, int bytes);

    [LoggerMessage(1051, LogLevel.Warning, "Run {RunId}: its state at {Version} could not be kept; its journal will be read from further back")]
    public static partial void StateNotKept(ILogger logger, RunId runId, long version, Exception exception);

    [LoggerMessage(1052, LogLevel.Information, "Run {RunId}: its state at {Version} is too large to be kept; its journal will be read from further back")]
    public static partial void StateTooLarge(ILogger logger, RunId runId, long version);

    [LoggerMessage(1053, LogLevel.Warning, "Run {RunId}: the state that was kept is not used, and its journal is read from the beginning. {Problem}")]
    public static partial void StateUnusable(ILogger logger, RunId runId, string problem, Exception? exception);
}
