namespace OrchestrationEngine.Execution;

/// <summary>
/// A promise that the engine keeps, set once. Whoever waits for it goes on where the engine's work runs, never inside the call that sets it,
/// so that it may be set in a loop or under a lock.
/// </summary>
internal sealed class Completion<T>(WorkScheduler work) : IThreadPoolWorkItem
{
    // On the pool the framework queues the continuation; elsewhere it would take it to the pool, so the setting itself is queued.
    private readonly TaskCompletionSource<T> _source = new(work.IsThreadPool ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);
    private T? _result;
    private Exception? _exception;
    private int _set;

    public Task<T> Task => _source.Task;

    /// <summary>Whether it is set, even where those who wait don't know yet.</summary>
    public bool IsSet => Volatile.Read(ref _set) != 0;

    /// <summary>Sets the result, unless it is set.</summary>
    public void TrySetResult(T result)
    {
        if (Interlocked.Exchange(ref _set, 1) == 0)
        {
            _result = result;
            Settle();
        }
    }

    /// <summary>Sets an error in place of a result, unless it is set.</summary>
    public void TrySetException(Exception exception)
    {
        if (Interlocked.Exchange(ref _set, 1) == 0)
        {
            _exception = exception;
            Settle();
        }
    }

    void IThreadPoolWorkItem.Execute() => Complete();

    private void Settle()
    {
        if (work.IsThreadPool)
        {
            Complete();
        }
        else
        {
            work.Queue(this, preferLocal: false);
        }
    }

    private void Complete()
    {
        if (_exception is { } exception)
        {
            _source.TrySetException(exception);
        }
        else
        {
            _source.TrySetResult(_result!);
        }
    }
}
