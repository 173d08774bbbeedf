namespace OrchestrationEngine.Execution;

/// <summary>
/// What is posted to one loop. Many threads post; the loop takes all that waits at once. It also knows whether the loop is awake,
/// so that exactly one poster wakes it, and whether it is closed, so that nothing is posted to a loop that is gone.
/// </summary>
internal sealed class Mailbox<T>
{
    private readonly Lock _gate = new();
    private List<T> _waiting = [];
    private bool _awake;
    private bool _closed;

    /// <summary>Posts an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="wake">Whether the caller must now run the loop.</param>
    /// <returns>False when the mailbox is closed.</returns>
    public bool TryPost(T item, out bool wake)
    {
        lock (_gate)
        {
            wake = false;
            if (_closed)
            {
                return false;
            }

            _waiting.Add(item);
            wake = !_awake;
            _awake = true;
            return true;
        }
    }

    /// <summary>Takes all that waits.</summary>
    /// <param name="emptied">The list that was taken before, emptied; it is filled next.</param>
    public List<T> Take(List<T> emptied)
    {
        lock (_gate)
        {
            (_waiting, emptied) = (emptied, _waiting);
            return emptied;
        }
    }

    /// <summary>Lets the loop rest, unless something waits. The next poster wakes it.</summary>
    public bool TryRest()
    {
        lock (_gate)
        {
            _awake = _waiting.Count > 0;
            return !_awake;
        }
    }

    /// <summary>Closes the mailbox, unless something waits.</summary>
    public bool TryClose()
    {
        lock (_gate)
        {
            _closed = _waiting.Count == 0;
            return _closed;
        }
    }

    /// <summary>Closes the mailbox with what waits in it.</summary>
    public List<T> Close()
    {
        lock (_gate)
        {
            _closed = true;
            var left = _waiting;
            _waiting = [];
            return left;
        }
    }
}
