using System.Collections.Concurrent;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>
/// Who wants to know of a run. Observers read the journal by their own cursor; here they only learn that there is more,
/// so that a slow one never holds the loop and none misses anything.
/// </summary>
internal sealed class RunObservers(WorkScheduler work)
{
    private readonly ConcurrentDictionary<RunId, Watchers> _watchers = new();
    private readonly ConcurrentDictionary<RunId, Completion<bool>> _ends = new();
    private volatile bool _closed;

    /// <summary>Begins to watch a run; disposed of when the watching ends.</summary>
    public Subscription Watch(RunId run)
    {
        while (true)
        {
            var watchers = _watchers.GetOrAdd(run, static (_, work) => new Watchers(work), work);
            if (watchers.TryEnter())
            {
                if (_closed)
                {
                    watchers.Close();
                }

                return new Subscription(this, run, watchers);
            }
        }
    }

    /// <summary>Ends when the run does, if it does so from now on.</summary>
    public Task EndOf(RunId run)
    {
        var end = _ends.GetOrAdd(run, static (_, work) => new Completion<bool>(work), work);
        if (_closed)
        {
            end.TrySetException(NodeStopped.Exception());
        }

        return end.Task;
    }

    /// <summary>The node has stopped: nobody who watches or waits hears anything from it any more, and all are told so.</summary>
    public void Close()
    {
        // Set before those who are there are told, and looked at after one has come: whoever comes meanwhile is told by one of the two.
        _closed = true;
        foreach (var (_, watchers) in _watchers.OrderBy(static entry => entry.Key.Value, StringComparer.Ordinal))
        {
            watchers.Close();
        }

        foreach (var (_, end) in _ends.OrderBy(static entry => entry.Key.Value, StringComparer.Ordinal))
        {
            end.TrySetException(NodeStopped.Exception());
        }
    }

    /// <summary>The run has ended and is no longer live: those who wait for that look again, and nothing is kept about it.</summary>
    public void Ended(RunId run)
    {
        if (_ends.TryRemove(run, out var end))
        {
            end.TrySetResult(true);
        }
    }

    /// <summary>The run is this node's no longer: those who wait look again, and from now on into the store.</summary>
    public void Moved(RunId run)
    {
        Ended(run);
        Published(run);
    }

    /// <summary>Tells that a run has more facts.</summary>
    public void Published(RunId run)
    {
        // Not IsEmpty: on an empty dictionary that takes all its locks.
        if (_watchers.TryGetValue(run, out var watchers))
        {
            watchers.Signal();
        }
    }

    /// <summary>Tells those who wait for the end of a run that this node will not see it.</summary>
    public void Failed(RunId run, Exception exception)
    {
        if (_ends.TryRemove(run, out var end))
        {
            end.TrySetException(exception);
        }
    }

    /// <summary>One who watches.</summary>
    public readonly struct Subscription(RunObservers owner, RunId run, Watchers watchers) : IDisposable
    {
        /// <summary>Ends at the next fact after this was asked for. Ask, then read, then wait: then nothing is missed.</summary>
        public Task Next => watchers.Next;

        public void Dispose()
        {
            if (watchers.Leave())
            {
                owner._watchers.TryRemove(new KeyValuePair<RunId, Watchers>(run, watchers));
            }
        }
    }

    /// <summary>Those who watch one run.</summary>
    public sealed class Watchers(WorkScheduler work)
    {
        private readonly Lock _gate = new();
        private Completion<bool> _next = new(work);
        private int _count;

        public Task Next
        {
            get
            {
                lock (_gate)
                {
                    return _next.Task;
                }
            }
        }

        public bool TryEnter()
        {
            lock (_gate)
            {
                // Once the last has left, the entry is on its way out.
                return _count >= 0 && ++_count > 0;
            }
        }

        public bool Leave()
        {
            lock (_gate)
            {
                if (--_count > 0)
                {
                    return false;
                }

                _count = int.MinValue;
                return true;
            }
        }

        public void Close()
        {
            lock (_gate)
            {
                _next.TrySetException(NodeStopped.Exception());
            }
        }

        public void Signal()
        {
            Completion<bool> signaled;
            lock (_gate)
            {
                if (_next.IsSet)
                {
                    return;
                }

                signaled = _next;
                _next = new Completion<bool>(work);
            }

            signaled.TrySetResult(true);
        }
    }
}
