using Microsoft.Extensions.Logging;

namespace OrchestrationEngine.PostgreSql.Listening;

internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Warning, "{Store} does not tell its news now; nodes look by themselves until it does. Trying again in {Delay}.")]
    public static partial void NewsLost(ILogger logger, Exception exception, string store, TimeSpan delay);

    [LoggerMessage(2001, LogLevel.Information, "{Store} tells its news.")]
    public static partial void NewsBack(ILogger logger, string store);

    [LoggerMessage(2002, LogLevel.Error, "A listener to the news of {Store} failed; the others were called.")]
    public static partial void ListenerFailed(ILogger logger, Exception exception, string store);
}
