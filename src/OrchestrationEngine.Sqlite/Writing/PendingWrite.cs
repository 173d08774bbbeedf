using System.Threading.Tasks.Sources;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>
/// One change of the store, from the call to its answer. Either the writer takes it or its caller's cancellation does,
/// never both. Its outcome is set while the transaction is open and told when the commit has returned.
/// </summary>
internal abstract class PendingWrite
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private CancellationTokenRegistration _cancellation;
    private int _state = Waiting;

    /// <summary>About how many bytes it writes.</summary>
    public abstract long Size { get; }

    /// <summary>Why nothing was written for this one; null while nothing speaks against it.</summary>
    protected Exception? Refusal { get; private set; }

    /// <summary>Does it inside the transaction, or refuses it before anything of it is written. An exception undoes the whole transaction.</summary>
    /// <param name="writer">The statements.</param>
    public abstract void Apply(StoreWriter writer);

    /// <summary>Tells the caller. Its continuation runs on the thread pool, never on the writer.</summary>
    public abstract void Complete();

    /// <summary>Gives back what was borrowed for it. Called once, by the writer, whether it was carried out or canceled.</summary>
    public virtual void Release()
    {
    }

    /// <summary>Lets the token end the wait for the writer. Called once, after the write was queued.</summary>
    public void CancelWith(CancellationToken token)
    {
        if (token.CanBeCanceled)
        {
            _cancellation = token.UnsafeRegister(static (self, token) => ((PendingWrite)self!).Cancel(token), this);
        }
    }

    /// <summary>Takes the write for a commit; from then on it can't be canceled.</summary>
    /// <returns>False when it was canceled before.</returns>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>Forgets the outcome of a commit that failed, before the write is tried again.</summary>
    public virtual void Restart() => Refusal = null;

    /// <summary>Nothing was written for this one.</summary>
    public void Refuse(Exception refusal) => Refusal = refusal;

    protected abstract void Fail(Exception failure);

    protected void StopListening() => _cancellation.Dispose();

    private void Cancel(CancellationToken token)
    {
        if (TryTake())
        {
            Fail(new OperationCanceledException(token));
        }
    }
}

/// <summary>A change with an answer, which is awaited without a task of its own.</summary>
/// <typeparam name="TResult">The answer.</typeparam>
internal abstract class PendingWrite<TResult> : PendingWrite, IValueTaskSource, IValueTaskSource<TResult>
{
    private ManualResetValueTaskSourceCore<TResult> _answer = new() { RunContinuationsAsynchronously = true };

    /// <summary>The end of the change, where the answer does not matter.</summary>
    public ValueTask Done => new(this, _answer.Version);

    /// <summary>The answer.</summary>
    public ValueTask<TResult> Answer => new(this, _answer.Version);

    protected TResult Result { get; set; } = default!;

    public override void Complete()
    {
        if (Refusal is null)
        {
            _answer.SetResult(Result);
        }
        else
        {
            _answer.SetException(Refusal);
        }
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    public TResult GetResult(short token)
    {
        StopListening();
        return _answer.GetResult(token);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _answer.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _answer.OnCompleted(continuation, state, token, flags);

    protected override void Fail(Exception failure) => _answer.SetException(failure);
}

/// <summary>A change that is not on the hot path: what to do is a function of the statements.</summary>
/// <typeparam name="TResult">The answer.</typeparam>
/// <param name="work">Does it. A refusal is thrown before anything is written; whatever else is thrown undoes the transaction.</param>
/// <param name="size">About how many bytes it writes.</param>
internal sealed class PendingWork<TResult>(Func<StoreWriter, TResult> work, long size) : PendingWrite<TResult>
{
    public override long Size => size;

    public override void Apply(StoreWriter writer)
    {
        try
        {
            Result = work(writer);
        }
        catch (OrchestrationException refusal) when (refusal is not StateStoreException)
        {
            Refuse(refusal);
        }
    }
}
