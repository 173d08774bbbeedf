using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>A run to be created.</summary>
public sealed record NewRun
{
    /// <summary>The run's id.</summary>
    public required RunId Id { get; init; }

    /// <summary>The id of its plan.</summary>
    public required string PlanId { get; init; }

    /// <summary>The version of its plan.</summary>
    public required string PlanVersion { get; init; }

    /// <summary>The application's own key; at most one run has it. Null for none.</summary>
    public string? BusinessKey { get; init; }

    /// <summary>The agents that its plan names, without repetition; a node leases only runs whose agents it has. Empty by default: any node may have it.</summary>
    public IReadOnlyList<string> Agents { get; init; } = [];

    /// <summary>
    /// The node that gets the lease on the run with its creation, in epoch 1. Null creates it in epoch 0 without a lease: the run is due at once.
    /// </summary>
    public NodeId? Owner { get; init; }

    /// <summary>
    /// Where the run stands after these facts; pending by default. With a terminal status a run is put back that has ended: it goes without an owner
    /// and is not due.
    /// </summary>
    public RunStatus Status { get; init; } = RunStatus.Pending;

    /// <summary>The first facts, numbered from 1; the first is <see cref="RunCreated"/>.</summary>
    public required ReadOnlyMemory<RecordedEvent> Events { get; init; }
}

/// <summary>Facts to be appended to the journal of one run.</summary>
/// <param name="Run">The run.</param>
/// <param name="ExpectedVersion">The number of the last fact that the run must have now.</param>
/// <param name="Events">
/// The facts, numbered from <paramref name="ExpectedVersion"/> + 1 without a gap; at least one, unless there are <see cref="Answers"/> or
/// <see cref="Messages"/>. The memory is the caller's again once the append has ended.
/// </param>
/// <param name="Status">Where the run stands after these facts; kept in the narrow row. A terminal status ends the lease on the run.</param>
/// <param name="Epoch">The epoch that the run must have now: that of the writer's lease.</param>
public readonly record struct RunAppend(RunId Run, long ExpectedVersion, ReadOnlyMemory<RecordedEvent> Events, RunStatus Status, long Epoch = 0)
{
    /// <summary>Answers to messages of the run, stored in the same commit; null for none.</summary>
    public IReadOnlyList<InboxAnswer>? Answers { get; init; }

    /// <summary>
    /// Messages to other runs, kept in the same commit as by <see cref="IInboxStore.PostAsync"/>, in this order; null for none. One to a run that
    /// does not exist or has ended is dropped without a word: there is nobody whom it could concern. One whose id is known changes nothing.
    /// </summary>
    public IReadOnlyList<InboxMessage>? Messages { get; init; }
}
