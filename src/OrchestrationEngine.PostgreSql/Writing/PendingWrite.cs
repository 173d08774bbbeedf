using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Writing;

/// <summary>
/// One append, or the creation of a run, from the call to its answer. Either the writer takes it or its caller's cancellation does,
/// never both. Its outcome is set when the server has answered and told when the writer is done with its group.
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
        Epoch = append.Epoch;
        Status = append.Status;
        Answers = append.Answers is { Count: > 0 } answers ? answers : [];
        Messages = append.Messages ?? [];
        Batch = batch;
        _result = append.Run;
    }

    public PendingWrite(NewRun creation, EventBatch batch)
    {
        Run = creation.Id;
        Creation = creation;
        Status = creation.Status;
        Answers = [];
        Messages = [];
        Batch = batch;
        _result = creation.Id;
    }

    public RunId Run { get; }

    public long ExpectedVersion { get; }

    public long Epoch { get; }

    public RunStatus Status { get; }

    /// <summary>The answers to messages that go with the facts.</summary>
    public IReadOnlyList<InboxAnswer> Answers { get; }

    /// <summary>Messages to other runs that go with the facts.</summary>
    public IReadOnlyList<InboxMessage> Messages { get; }

    /// <summary>About how many bytes it writes.</summary>
    public long Size => Batch.Size + Messages.Sum(static message => (long)message.Payload.Length);

    /// <summary>The run to create; null for an append.</summary>
    public NewRun? Creation { get; }

    public EventBatch Batch { get; }

    /// <summary>Whether it is an append of facts that ends no lease, answers nothing and tells nobody, as most are.</summary>
    public bool IsPlain => Creation is null && Answers.Count == 0 && Messages.Count == 0 && !Status.IsTerminal();

    /// <summary>Whether the server did it, in the transaction that has just ended.</summary>
    public bool IsDone { get; set; }

    /// <summary>Whether something was done of which others should hear.</summary>
    public bool Rings => _refusal is null && (Creation is { Owner: null } || Answers.Count > 0 || Messages.Count > 0 || Status.IsTerminal());

    /// <summary>Whether there is an outcome that is no success.</summary>
    public bool IsRefused => _refusal is not null;

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

    /// <summary>Nothing was written for this one.</summary>
    public void Refuse(Exception refusal) => _refusal = refusal;

    /// <summary>The business key was taken: nothing was written, and the answer is the run that has it.</summary>
    public void AnswerWith(RunId holder)
    {
        IsDone = true;
        _result = holder;
    }

    /// <summary>Tells the caller.</summary>
    /// <param name="inline">Whether the caller goes on here, on the thread that has heard from the server, and saves a wake-up; only when the writer has nothing left to do.</param>
    public void Complete(bool inline)
    {
        _answer.RunContinuationsAsynchronously = !inline || !RuntimeHelpers.TryEnsureSufficientExecutionStack();
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
