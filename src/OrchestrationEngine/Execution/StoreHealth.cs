namespace OrchestrationEngine.Execution;

/// <summary>Remembers what went wrong with the store last, until something goes well again. Safe to use from many threads.</summary>
internal sealed class StoreHealth(TimeProvider time)
{
    private volatile NodeStoreError? _last;

    /// <summary>The last error; null when the store has answered since.</summary>
    public NodeStoreError? LastError => _last;

    public void Failed(Exception exception) => _last = new NodeStoreError(exception.Message, time.GetUtcNow());

    public void Succeeded() => _last = null;
}
