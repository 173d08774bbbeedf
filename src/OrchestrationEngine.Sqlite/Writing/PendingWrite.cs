using System.Threading.Tasks.Sources;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>
/// One append, or the creation of a run, from the call to its answer. Either the writer takes it or its caller's cancellation does,
/// never both. Its outcome is set while the transaction is open and told when the commit has returned.
/// </summary>
internal sealed class PendingWrite : IValueTaskSource, IValueTaskSource<RunId>
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private ManualResetValueTaskSourceCore<RunId> _answer = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private Exception? _refusal;
    private RunId _result;
    private int _state = Waiting;

    public PendingWrite(in RunAppend append, EventBatch batch)
    {
        Run = append.Run;
        ExpectedVersion = append.ExpectedVersion;
        Status = append.Status;
        Batch = batch;
        _result = append.Run;
    }

    public PendingWrite(NewRun creation, EventBatch batch)
    {
        Run = creation.Id;
        Creation = creation;
        Status = RunStatus.Pending;
        Batch = batch;
        _result = creation.Id;
    }

    public RunId Run { get; }

    public long ExpectedVersion { get; }

    public RunStatus Status { get; }

    /// <summary>The run to create; null for an append.</summary>
    public NewRun? Creation { get; }

    public EventBatch Batch { get; }

    /// <summary>The answer to an append.</summary>
    public ValueTask Appended => new(this, _answer.Version);

    /// <summary>The answer to a creation.</summary>
    public ValueTask<RunId> Created => new(this, _answer.Version);

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
    public void Restart()
    {
        _refusal = null;
        _result = Run;
    }

    /// <summary>Nothing was written for this one.</summary>
    public void Refuse(Exception refusal) => _refusal = refusal;

    /// <summary>The business key was taken: nothing was written, and the answer is the run that has it.</summary>
    public void AnswerWith(RunId holder) => _result = holder;

    /// <summary>Tells the caller. Its continuation runs on the thread pool, never on the writer.</summary>
    public void Complete()
    {
        if (_refusal is null)
        {
            _answer.SetResult(_result);
        }
        else
        {
            _answer.SetException(_refusal);
        }
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    public RunId GetResult(short token)
    {
        _cancellation.Dispose();
        return _answer.GetResult(token);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _answer.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _answer.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (TryTake())
        {
            _answer.SetException(new OperationCanceledException(token));
        }
    }
}
