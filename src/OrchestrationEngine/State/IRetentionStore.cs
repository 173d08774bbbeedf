using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>Keeps a store bounded. An ability that a store may have beside <see cref="IStateStore"/>.</summary>
public interface IRetentionStore
{
    /// <summary>
    /// Does one slice of the removal of ended runs with all that belongs to them: journal, snapshot, messages, projections, business key. A run vanishes
    /// as a whole with the slice that begins it; its rows go in this slice and the next ones. Call again with the same runs until it is done.
    /// A process that dies in between leaves rows that the next call, for whatever runs, removes.
    /// </summary>
    /// <param name="request">Which runs. Those that do not exist, have not ended or are leased are passed over.</param>
    /// <param name="cancellationToken">Cancels before the commit of the slice.</param>
    ValueTask<PurgeSlice> PurgeAsync(PurgeRequest request, CancellationToken cancellationToken);

    /// <summary>Says how much the runs of each plan take, by plan id. From sums that are kept with the runs: it reads no payload.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    ValueTask<IReadOnlyList<PlanStorage>> GetStorageAsync(CancellationToken cancellationToken);

    /// <summary>Does one slice of giving the space of removed rows back to the file system, where the store can.</summary>
    /// <param name="budget">How long it may hold a lock.</param>
    /// <param name="cancellationToken">Cancels before the slice.</param>
    /// <returns>Whether there is more to give back.</returns>
    ValueTask<bool> CompactAsync(TimeSpan budget, CancellationToken cancellationToken);
}

/// <summary>A slice of a removal.</summary>
/// <param name="Runs">The runs to remove.</param>
/// <param name="Budget">How long the slice may hold a lock, in which others can't write. The slice ends with the first rows after it.</param>
public readonly record struct PurgeRequest(IReadOnlyList<RunId> Runs, TimeSpan Budget);

/// <summary>What a slice of a removal has done.</summary>
/// <param name="Runs">How many runs vanished.</param>
/// <param name="Rows">How many rows were removed.</param>
/// <param name="IsDone">Whether nothing is left to remove, of these runs and of earlier ones.</param>
public readonly record struct PurgeSlice(int Runs, long Rows, bool IsDone);

/// <summary>What the runs of one plan take.</summary>
/// <param name="PlanId">The plan.</param>
/// <param name="Runs">How many runs.</param>
/// <param name="Facts">How many facts.</param>
/// <param name="PayloadBytes">The payloads of the facts, in bytes of JSON.</param>
public sealed record PlanStorage(string PlanId, long Runs, long Facts, long PayloadBytes);
