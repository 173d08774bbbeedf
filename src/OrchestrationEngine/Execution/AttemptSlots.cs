namespace OrchestrationEngine.Execution;

/// <summary>
/// The engine's room for attempts, shared by all runs. A run that gets none waits in line, and room that is given back is handed to the first
/// in line, who uses it or gives it back in turn: nothing polls, and no room lies idle while somebody waits for it.
/// </summary>
internal sealed class AttemptSlots(int capacity, WorkScheduler work)
{
    private readonly Lock _gate = new();
    private readonly Queue<RunRoom> _waiting = new();
    private Completion<bool>? _idle;
    private int _used;
    private volatile bool _closed;

    /// <summary>Whether no more attempts are to start.</summary>
    public bool IsClosed => _closed;

    /// <summary>How much room is taken.</summary>
    public int Used
    {
        get
        {
            lock (_gate)
            {
                return _used;
            }
        }
    }

    /// <summary>Takes room for up to this many attempts. Where there is none, the run is handed some when its turn comes.</summary>
    public int TakeOrWait(int wanted, RunRoom run)
    {
        lock (_gate)
        {
            var granted = _closed ? 0 : Math.Min(wanted, capacity - _used);
            _used += granted;
            if (granted == 0 && !run.IsInLine)
            {
                run.IsInLine = true;
                _waiting.Enqueue(run);
            }

            return granted;
        }
    }

    /// <summary>Gives room back.</summary>
    public void Release(int count)
    {
        lock (_gate)
        {
            while (count > 0 && !_closed && _waiting.TryDequeue(out var run))
            {
                run.IsInLine = false;
                if (run.TryHand())
                {
                    count--;
                }
            }

            _used -= count;
            if (_used == 0)
            {
                _idle?.TrySetResult(true);
            }
        }
    }

    /// <summary>Grants nothing any more.</summary>
    /// <returns>Ends when all room has been given back.</returns>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            _waiting.Clear();
            _idle ??= new Completion<bool>(work);
            if (_used == 0)
            {
                _idle.TrySetResult(true);
            }

            return _idle.Task;
        }
    }
}
