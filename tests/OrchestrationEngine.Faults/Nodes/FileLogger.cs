using Microsoft.Extensions.Logging;

namespace OrchestrationEngine.Faults.Nodes;

/// <summary>Writes a node's log to a file, line by line, so that a kill loses nothing of it.</summary>
internal sealed class FileLogger : ILoggerProvider
{
    private readonly TextWriter _writer;

    public FileLogger(string path) => _writer = TextWriter.Synchronized(new StreamWriter(path, append: true) { AutoFlush = true });

    public ILogger CreateLogger(string categoryName) => new CategoryLogger(_writer, categoryName);

    public void Dispose() => _writer.Dispose();

    private sealed class CategoryLogger(TextWriter writer, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var reason = exception is null ? "" : $" | {exception}";
                writer.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {logLevel} {category}: {formatter(state, exception)}{reason}");
            }
        }
    }
}
