using Microsoft.Extensions.Logging;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>The messages of this room: 4100 to 4199.</summary>
internal static partial class Log
{
    [LoggerMessage(4100, LogLevel.Information, "{Contents} contents of {Bytes} bytes, {Links} links and {Memos} remembered results were removed that nobody needs")]
    public static partial void Collected(ILogger logger, int contents, long bytes, int links, int memos);

    [LoggerMessage(4101, LogLevel.Warning, "The contents of run {RunId} are kept, for it is not known which it needs: {Reason}")]
    public static partial void Kept(ILogger logger, RunId runId, string reason);

    [LoggerMessage(4102, LogLevel.Warning, "Contents could not be collected to the end; it is tried again in about {Interval}")]
    public static partial void NotCollected(ILogger logger, TimeSpan interval, Exception exception);
}
