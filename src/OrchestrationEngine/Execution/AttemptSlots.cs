namespace OrchestrationEngine.Execution;

/// <summary>
/// The engine's room for attempts, shared by all runs. A run that gets less than it could use waits in line and is told when there is room:
/// nothing polls.
/// </summary>
internal sealed class AttemptSlots(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<RunActor> _waiting = new();
    private TaskCompletionSource? _idle;
    private int _used;
    private bool _closed;

    /// <summary>Takes room for up to this many attempts.</summary>
    public int Take(int wanted)
    {
        lock (_gate)
        {
            var granted = _closed ? 0 : Math.Min(wanted, capacity - _used);
            _used += granted;
            return granted;
        }
    }

    /// <summary>Has a run told when there is room.</summary>
    public void WaitInLine(RunActor actor)
    {
        lock (_gate)
        {
            if (_used < capacity && !_closed)
            {
                // Room came back since it asked.
                actor.WakeForRoom();
                return;
            }

            _waiting.Enqueue(actor);
        }
    }

    /// <summary>Gives room back.</summary>
    public void Release(int count)
    {
        lock (_gate)
        {
            _used -= count;
            for (var i = 0; i < count && !_closed && _waiting.TryDequeue(out var actor); i++)
            {
                actor.WakeForRoom();
            }

            if (_used == 0)
            {
                _idle?.TrySetResult();
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
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_used == 0)
            {
                _idle.TrySetResult();
            }

            return _idle.Task;
        }
    }
}
