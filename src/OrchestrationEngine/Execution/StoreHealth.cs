namespace OrchestrationEngine.Execution;

/// <summary>Remembers what went wrong with the store last, until something goes well again. Safe to use from many threads.</summary>
internal sealed class StoreHealth(TimeProvider time)
{
    private volatile StoreError? _last;

    /// <summary>The last error; null when the store has answered since.</summary>
    public StoreError? LastError => _last;

    public void Failed(Exception exception) => _last = new StoreError(exception.Message, time.GetUtcNow());

    public void Succeeded() => _last = null;
}

/// <summary>Something that went wrong with the store.</summary>
internal sealed record StoreError(string Message, DateTimeOffset At);
