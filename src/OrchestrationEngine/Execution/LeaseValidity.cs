namespace OrchestrationEngine.Execution;

/// <summary>
/// Whether a stay is known to last, by the node's own clock. A process that stood still finds its time over before it hears that others have its runs:
/// until a renewal has succeeded it begins nothing, and answers nothing from memory. Safe to use from many threads.
/// </summary>
internal sealed class LeaseValidity(TimeProvider time, WorkScheduler work)
{
    private readonly Lock _gate = new();
    private long _until = long.MinValue;
    private Completion<bool>? _next;
    private bool _ended;

    /// <summary>Whether no other node can have the runs of the stay yet.</summary>
    public bool IsSure => time.GetTimestamp() < Volatile.Read(ref _until);

    /// <summary>The stay was renewed.</summary>
    /// <param name="until">Until when no other node can have its runs, as a timestamp.</param>
    public void Extend(long until)
    {
        Completion<bool>? next;
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            Volatile.Write(ref _until, until);
            (next, _next) = (_next, null);
        }

        next?.TrySetResult(true);
    }

    /// <summary>The stay is over.</summary>
    public void End()
    {
        Completion<bool>? next;
        lock (_gate)
        {
            _ended = true;
            Volatile.Write(ref _until, long.MinValue);
            (next, _next) = (_next, null);
        }

        next?.TrySetResult(false);
    }

    /// <summary>Waits until it is known whether the stay lasts.</summary>
    /// <returns>False when it is over.</returns>
    public async ValueTask<bool> SureAsync()
    {
        while (!IsSure)
        {
            Task<bool> next;
            lock (_gate)
            {
                if (_ended)
                {
                    return false;
                }

                next = (_next ??= new Completion<bool>(work)).Task;
            }

            if (!await next.ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }
}
