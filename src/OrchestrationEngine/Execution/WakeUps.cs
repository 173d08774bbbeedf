using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>
/// When which run wants to be looked at: one timer for all runs, a few dozen bytes for each that waits. Callers are told on the timer's thread.
/// </summary>
internal sealed class WakeUps : IDisposable
{
    // Timers take at most 49 days; far times are approached in steps.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly TimeProvider _time;
    private readonly Action<RunId> _wake;
    private readonly Lock _gate = new();
    private readonly Dictionary<RunId, long> _current = [];
    private readonly ITimer _timer;
    private PriorityQueue<RunId, long> _queue = new();
    private long _armedFor = long.MaxValue;

    public WakeUps(TimeProvider time, Action<RunId> wake)
    {
        _time = time;
        _wake = wake;
        _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many runs wait for a time.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _current.Count;
            }
        }
    }

    /// <summary>Sets the time of a run in UTC ticks, in place of the one it had; null for none.</summary>
    public void Set(RunId run, long? ticks)
    {
        lock (_gate)
        {
            if (ticks is not { } due)
            {
                _current.Remove(run);
                return;
            }

            _current[run] = due;
            _queue.Enqueue(run, due);
            Compact();
            Arm();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Fire()
    {
        var due = new List<RunId>();
        lock (_gate)
        {
            var now = _time.GetUtcNow().UtcTicks;
            while (_queue.TryPeek(out var run, out var ticks) && ticks <= now)
            {
                _queue.Dequeue();
                if (_current.TryGetValue(run, out var current) && current == ticks)
                {
                    _current.Remove(run);
                    due.Add(run);
                }
            }

            _armedFor = long.MaxValue;
            Arm();
        }

        foreach (var run in due)
        {
            _wake(run);
        }
    }

    private void Arm()
    {
        if (!_queue.TryPeek(out _, out var ticks) || ticks >= _armedFor)
        {
            return;
        }

        _armedFor = ticks;
        var wait = TimeSpan.FromTicks(Math.Max(0, ticks - _time.GetUtcNow().UtcTicks));
        _timer.Change(wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan);
    }

    // Times that were replaced stay in the queue until they come; not more of them than of those that hold.
    private void Compact()
    {
        if (_queue.Count > 64 && _queue.Count > _current.Count * 2)
        {
            _queue = new PriorityQueue<RunId, long>(_current.Select(entry => (entry.Key, entry.Value)));
        }
    }
}
