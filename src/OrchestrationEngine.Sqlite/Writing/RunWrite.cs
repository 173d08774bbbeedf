using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>An append, or the creation of a run.</summary>
internal sealed class RunWrite : PendingWrite<RunId>
{
    private readonly EventBatchPool _batches;

    public RunWrite(in RunAppend append, EventBatch batch, EventBatchPool batches)
    {
        Run = append.Run;
        ExpectedVersion = append.ExpectedVersion;
        Epoch = append.Epoch;
        Status = append.Status;
        Answers = append.Answers is { Count: > 0 } answers ? answers : null;
        Messages = append.Messages ?? [];
        Batch = batch;
        Result = append.Run;
        _batches = batches;
    }

    public RunWrite(NewRun creation, EventBatch batch, EventBatchPool batches)
    {
        Run = creation.Id;
        Creation = creation;
        Agents = AgentList.Format(creation.Agents);
        Status = creation.Status;
        Batch = batch;
        Result = creation.Id;
        _batches = batches;
    }

    public RunId Run { get; }

    public long ExpectedVersion { get; }

    public long Epoch { get; }

    public RunStatus Status { get; }

    /// <summary>Answers to messages; null for none.</summary>
    public IReadOnlyList<InboxAnswer>? Answers { get; }

    /// <summary>Messages to other runs.</summary>
    public IReadOnlyList<InboxMessage> Messages { get; } = [];

    /// <summary>The run to create; null for an append.</summary>
    public NewRun? Creation { get; }

    /// <summary>The agents of the run to create, as they are stored.</summary>
    public string Agents { get; } = AgentList.None;

    public EventBatch Batch { get; }

    public override long Size => Batch.Size + Messages.Sum(static message => (long)message.Payload.Length);

    public override void Apply(StoreWriter writer) => writer.Journal.Write(this);

    public override void Restart()
    {
        base.Restart();
        Result = Run;
    }

    public override void Release() => _batches.Return(Batch);

    /// <summary>The business key was taken: nothing was written, and the answer is the run that has it.</summary>
    public void AnswerWith(RunId holder) => Result = holder;
}
