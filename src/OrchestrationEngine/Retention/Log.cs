using Microsoft.Extensions.Logging;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Retention;

/// <summary>The messages of this room: 4000 to 4099.</summary>
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "{Runs} runs were removed ({Rows} rows, {Archived} archived) in {Slices} slices, the longest of {Longest}")]
    public static partial void Removed(ILogger logger, int runs, long rows, int archived, int slices, TimeSpan longest);

    [LoggerMessage(4001, LogLevel.Warning, "Run {RunId} is kept: {Reason}")]
    public static partial void Kept(ILogger logger, RunId runId, string reason);

    [LoggerMessage(4002, LogLevel.Warning, "Retention[{Rule}] could not be applied to its end; it is tried again in about {Interval}")]
    public static partial void Failed(ILogger logger, int rule, TimeSpan interval, Exception exception);

    [LoggerMessage(4003, LogLevel.Warning, "The space of removed runs could not be given back; it is used for new ones, and given back after the next removal")]
    public static partial void NotCompacted(ILogger logger, Exception exception);
}
