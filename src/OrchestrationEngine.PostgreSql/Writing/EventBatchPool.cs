namespace OrchestrationEngine.PostgreSql.Writing;

/// <summary>Batches that wait to be used again. Safe for all threads.</summary>
internal sealed class EventBatchPool
{
    // As many as share one large commit; a batch that a large payload has blown up is left to the collector.
    private const int MostKept = 1024;
    private const int LargestKept = 64 * 1024;
    private readonly Lock _gate = new();
    private readonly Stack<EventBatch> _free = new();

    public EventBatch Rent()
    {
        lock (_gate)
        {
            if (_free.TryPop(out var batch))
            {
                return batch;
            }
        }

        return new EventBatch();
    }

    public void Return(EventBatch batch)
    {
        batch.Clear();
        if (batch.Capacity > LargestKept)
        {
            return;
        }

        lock (_gate)
        {
            if (_free.Count < MostKept)
            {
                _free.Push(batch);
            }
        }
    }
}
