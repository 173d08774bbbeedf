using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite;

// What is kept, and for how long.
public sealed partial class SqliteStateStore
{
    /// <inheritdoc/>
    public async ValueTask SaveSnapshotAsync(StateSnapshot snapshot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        cancellationToken.ThrowIfCancellationRequested();
        _ = await Write(
            writer =>
            {
                writer.Snapshots.Save(snapshot);
                return true;
            },
            cancellationToken,
            snapshot.Content.Length).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<StateSnapshot?> LoadSnapshotAsync(RunId run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(run, static (reader, run) => reader.Retention.FindSnapshot(run)));
    }

    /// <inheritdoc/>
    public async ValueTask DeleteSnapshotsAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _ = await Write(
            static writer =>
            {
                writer.Snapshots.DeleteAll();
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>A slice works for about half of its budget: the commit of what it has changed takes the rest.</remarks>
    public ValueTask<PurgeSlice> PurgeAsync(PurgeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request.Runs, nameof(request));
        cancellationToken.ThrowIfCancellationRequested();
        return Write(writer => writer.Retention.Purge(request.Runs, request.Budget), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PlanStorage>> GetStorageAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(0, static (reader, _) => reader.Retention.GetStorage()));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The file itself becomes shorter when SQLite next moves its log into it. A file that was made before version 2 of its schema has to be written anew once,
    /// with <see cref="SqliteStateStoreOptions.VacuumOnOpen"/>; until then this does nothing, and the space of removed rows is used again by new ones.
    /// </remarks>
    public async ValueTask<bool> CompactAsync(TimeSpan budget, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Read(0, static (reader, _) => reader.Retention.HasGaps)
            && await Write(writer => writer.Retention.Compact(budget), cancellationToken).ConfigureAwait(false);
    }
}
