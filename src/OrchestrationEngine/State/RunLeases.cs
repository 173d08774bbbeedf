using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>What a node wants to lease.</summary>
public sealed record LeaseRequest
{
    /// <summary>The node.</summary>
    public required NodeId Node { get; init; }

    /// <summary>How many runs at most; zero to learn only what is due.</summary>
    public required int MaxRuns { get; init; }

    /// <summary>
    /// The agents that the node has: only runs that need no others (<see cref="NewRun.Agents"/>) are given, and runs with messages, which any node
    /// can answer. Null for all runs.
    /// </summary>
    public IReadOnlyCollection<string>? Agents { get; init; }
}

/// <summary>A lease on a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Epoch">The epoch under which its holder appends.</param>
public readonly record struct LeasedRun(RunId Run, long Epoch);

/// <summary>What <see cref="ILeaseStore.AcquireAsync"/> gave.</summary>
/// <param name="Runs">The leases.</param>
/// <param name="MoreDue">Whether there are more runs now that the node could have.</param>
/// <param name="NextDue">How long until the next run without a lease is due, from now; null when none will be by itself.</param>
public sealed record LeasedRuns(IReadOnlyList<LeasedRun> Runs, bool MoreDue, TimeSpan? NextDue);

/// <summary>The end of a lease.</summary>
/// <param name="Run">The run.</param>
/// <param name="Epoch">The epoch of the lease.</param>
/// <param name="WakeAfter">How long until the run is due again, from now by the store's clock; zero for at once, null for when a message is posted to it. A run with unanswered messages is due at once in any case.</param>
public readonly record struct LeaseRelease(RunId Run, long Epoch, TimeSpan? WakeAfter);
