using Microsoft.Extensions.Logging;

namespace OrchestrationEngine.Agents;

/// <summary>
/// Tells those who wait for answers that something came into the folder. One watch for all of them, for as long as somebody waits: a system has few. A
/// hint only; where there is no watch to be had, it never rings.
/// </summary>
internal sealed class FolderBell(HandoffFolder folder)
{
    private readonly Lock _gate = new();
    private readonly List<FileSystemWatcher> _watchers = [];
    private TaskCompletionSource _ring = New();
    private int _listeners;

    /// <summary>Completed at the next ring.</summary>
    public Task Next
    {
        get
        {
            lock (_gate)
            {
                return _ring.Task;
            }
        }
    }

    /// <summary>Begins to listen; the listening ends when what is returned is disposed of.</summary>
    public IDisposable Listen(ILogger logger)
    {
        lock (_gate)
        {
            if (_listeners++ == 0)
            {
                Watch(HandoffFolder.Completed, logger);
                Watch(HandoffFolder.Failed, logger);
            }
        }

        return new Listening(this);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Watch(string name, ILogger logger)
    {
        try
        {
            var watcher = new FileSystemWatcher(folder.PathOf(name), "*.json") { NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size };
            watcher.Created += (_, _) => Ring();
            watcher.Changed += (_, _) => Ring();
            watcher.Renamed += (_, _) => Ring();
            watcher.Error += (_, _) => Ring();
            _watchers.Add(watcher);
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The system has no watch left, or the file system none at all: answers are found by looking for them.
            AgentLog.NoWatch(logger, e, folder.Root);
        }
    }

    private void Ring()
    {
        TaskCompletionSource rung;
        lock (_gate)
        {
            (rung, _ring) = (_ring, New());
        }

        rung.TrySetResult();
    }

    private void End()
    {
        List<FileSystemWatcher> ended = [];
        lock (_gate)
        {
            if (--_listeners == 0)
            {
                ended.AddRange(_watchers);
                _watchers.Clear();
            }
        }

        // Not with the lock, which what they call takes.
        ended.ForEach(watcher => watcher.Dispose());
    }

    private sealed class Listening(FolderBell bell) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                bell.End();
            }
        }
    }
}
