namespace OrchestrationEngine.Execution;

/// <summary>
/// Whether a stay is known to last, by the node's own clock. A process that stood still finds its time over before it hears that others have its runs:
/// until a renewal has succeeded it begins nothing, and answers nothing from memory. Safe to use from many threads.
/// </summary>
internal sealed class LeaseValidity(TimeProvider time, WorkScheduler work)
{
    private readonly Lock _gate = new();

    // One for each that waits: of several that wait for one task, the framework takes all but one to the thread pool.
    private List<Completion<bool>> _waiting = [];
    private long _until = long.MinValue;
    private bool _ended;

    /// <summary>Whether no other node can have the runs of the stay yet.</summary>
    public bool IsSure => time.GetTimestamp() < Volatile.Read(ref _until);

    /// <summary>The stay was renewed.</summary>
    /// <param name="until">Until when no other node can have its runs, as a timestamp.</param>
    public void Extend(long until) => Tell(until, ended: false);

    /// <summary>The stay is over.</summary>
    public void End() => Tell(long.MinValue, ended: true);

    /// <summary>Waits until it is known whether the stay lasts.</summary>
    /// <returns>False when it is over.</returns>
    public async ValueTask<bool> SureAsync()
    {
        while (!IsSure)
        {
            var told = new Completion<bool>(work);
            lock (_gate)
            {
                if (_ended)
                {
                    return false;
                }

                _waiting.Add(told);
            }

            if (!await told.Task.ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private void Tell(long until, bool ended)
    {
        List<Completion<bool>> waiting;
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = ended;
            Volatile.Write(ref _until, until);
            if (_waiting.Count == 0)
            {
                return;
            }

            (waiting, _waiting) = (_waiting, []);
        }

        foreach (var told in waiting)
        {
            told.TrySetResult(!ended);
        }
    }
}
