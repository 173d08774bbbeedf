using Microsoft.Extensions.Logging;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Workspaces;

namespace OrchestrationEngine.Testing;

/// <summary>What an agent needs to be called by a test without an engine. It keeps what the agent logs.</summary>
public sealed class TestAgentContext : IAgentContext
{
    private readonly RecordingLogger _logger = new();

    /// <summary>The services that the agent finds. None by default.</summary>
    public IServiceProvider Services { get; init; } = new NoServices();

    /// <summary>The clock that the agent sees. The default is the clock of the system.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The artifacts that the agent writes and finds. The default begins empty.</summary>
    public TestArtifacts Artifacts { get; init; } = new();

    IArtifacts IAgentContext.Artifacts => Artifacts;

    /// <summary>The model that the agent said last that it used; null where it said none.</summary>
    public string? Model { get; private set; }

    /// <inheritdoc/>
    public void ReportModel(string model)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        Model = model;
    }

    /// <summary>The workspace that the agent reads and writes. The default is one of its own that is empty (<see cref="InMemoryWorkspace"/>).</summary>
    public IWorkspace Workspace { get; init; } = new InMemoryWorkspace();

    /// <summary>What is below this level is not kept, and the agent is told so. The default is <see cref="LogLevel.Trace"/>: all is kept.</summary>
    public LogLevel MinimumLevel
    {
        get => _logger.MinimumLevel;
        init => _logger.MinimumLevel = value;
    }

    /// <inheritdoc/>
    public ILogger Logger => _logger;

    /// <summary>What the agent has logged so far, in order.</summary>
    public IReadOnlyList<LoggedLine> Logged => _logger.Lines;

    /// <summary>Waits until the agent logs something; at once where it did already.</summary>
    /// <param name="isWanted">Says whether an entry is the one that is waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The first such entry.</returns>
    public Task<LoggedLine> WaitForLogAsync(Func<LoggedLine, bool> isWanted, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(isWanted);
        return _logger.WaitAsync(isWanted).WaitAsync(cancellationToken);
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }

    private sealed class RecordingLogger : ILogger
    {
        private readonly Lock _gate = new();
        private readonly List<LoggedLine> _lines = [];
        private readonly List<(Func<LoggedLine, bool> IsWanted, TaskCompletionSource<LoggedLine> Found)> _waiters = [];

        public LogLevel MinimumLevel { get; set; }

        public IReadOnlyList<LoggedLine> Lines
        {
            get
            {
                lock (_gate)
                {
                    return [.. _lines];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= MinimumLevel && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            ArgumentNullException.ThrowIfNull(formatter);
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var line = new LoggedLine(logLevel, eventId, formatter(state, exception), exception);
            lock (_gate)
            {
                _lines.Add(line);
                foreach (var (isWanted, found) in _waiters)
                {
                    if (isWanted(line))
                    {
                        found.TrySetResult(line);
                    }
                }
            }
        }

        public Task<LoggedLine> WaitAsync(Func<LoggedLine, bool> isWanted)
        {
            var found = new TaskCompletionSource<LoggedLine>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_gate)
            {
                foreach (var line in _lines.Where(isWanted).Take(1))
                {
                    found.SetResult(line);
                }

                _waiters.Add((isWanted, found));
            }

            return found.Task;
        }
    }
}

/// <summary>One entry that an agent wrote to its log.</summary>
/// <param name="Level">The level.</param>
/// <param name="Event">The id of the event.</param>
/// <param name="Message">The message, formatted.</param>
/// <param name="Exception">The exception, or null.</param>
public readonly record struct LoggedLine(LogLevel Level, EventId Event, string Message, Exception? Exception);
