namespace OrchestrationEngine.Execution;

/// <summary>Remembers what went wrong with the store last, until something goes well again. Safe to use from many threads.</summary>
internal sealed class StoreHealth(TimeProvider time)
{
    private volatile StoreError? _last;
    private long _heardAt = time.GetTimestamp();

    /// <summary>The last error; null when the store has answered since.</summary>
    public StoreError? LastError => _last;

    /// <summary>How long ago the node last renewed, was refused by the store, or began.</summary>
    public TimeSpan SilentFor => time.GetElapsedTime(Volatile.Read(ref _heardAt));

    public void Began() => Volatile.Write(ref _heardAt, time.GetTimestamp());

    public void Renewed()
    {
        Volatile.Write(ref _heardAt, time.GetTimestamp());
        Succeeded();
    }

    public void Failed(Exception exception)
    {
        Volatile.Write(ref _heardAt, time.GetTimestamp());
        _last = new StoreError(exception.Message, time.GetUtcNow());
    }

    public void Succeeded() => _last = null;
}

/// <summary>Something that went wrong with the store.</summary>
internal sealed record StoreError(string Message, DateTimeOffset At);
