namespace OrchestrationEngine.Execution;

/// <summary>
/// Tells those who wait for something in the store that it is time to look again: whenever the store rings, and from time to time without that.
/// Ask, then look, then wait: then nothing is missed for longer than until the next time.
/// </summary>
internal sealed class StoreNews(WorkScheduler work)
{
    // Who has looked so often in vain waits for something that takes long, and need not look at every ring.
    private const int LooksAtRings = 20;

    private readonly Lock _gate = new();
    private Completion<bool> _ring = new(work);
    private Completion<bool> _time = new(work);

    /// <summary>Ends when it is time to look again.</summary>
    /// <param name="looks">How often the caller has looked in vain.</param>
    public Task Next(int looks)
    {
        lock (_gate)
        {
            return looks < LooksAtRings ? _ring.Task : _time.Task;
        }
    }

    /// <summary>It is time to look again.</summary>
    /// <param name="isRing">Whether something may have happened; otherwise it is for those too who do not look at every ring.</param>
    public void Publish(bool isRing)
    {
        Completion<bool> ring;
        Completion<bool>? time = null;
        lock (_gate)
        {
            if (_ring.IsSet)
            {
                return;
            }

            (ring, _ring) = (_ring, new Completion<bool>(work));
            if (!isRing)
            {
                (time, _time) = (_time, new Completion<bool>(work));
            }
        }

        ring.TrySetResult(true);
        time?.TrySetResult(true);
    }

    /// <summary>The node has stopped, and all who wait are told so.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _ring.TrySetException(NodeStopped.Exception());
            _time.TrySetException(NodeStopped.Exception());
        }
    }
}
