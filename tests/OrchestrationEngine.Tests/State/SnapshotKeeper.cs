using System.Collections.Concurrent;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Testing.Xunit;

namespace OrchestrationEngine.Tests.State;

/// <summary>The in-memory store with snapshots, which it has no use for itself: the suite for snapshots needs a store to be tried on.</summary>
internal sealed class SnapshotKeeper(InMemoryStateStore inner) : DelegatingStateStore(inner), ISnapshotStore, IRetentionStore
{
    private readonly ConcurrentDictionary<RunId, StateSnapshot> _snapshots = new();

    public async ValueTask SaveSnapshotAsync(StateSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (await Inner.FindAsync(snapshot.Run, cancellationToken) is not null)
        {
            var kept = snapshot with { Content = snapshot.Content.ToArray() };
            _snapshots.AddOrUpdate(snapshot.Run, kept, (_, former) => former.Version > kept.Version ? former : kept);
        }
    }

    public ValueTask<StateSnapshot?> LoadSnapshotAsync(RunId run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_snapshots.GetValueOrDefault(run));
    }

    public ValueTask DeleteSnapshotsAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _snapshots.Clear();
        return ValueTask.CompletedTask;
    }

    public async ValueTask<PurgeSlice> PurgeAsync(PurgeRequest request, CancellationToken cancellationToken)
    {
        var slice = await inner.PurgeAsync(request, cancellationToken);
        foreach (var run in _snapshots.Keys)
        {
            if (await Inner.FindAsync(run, cancellationToken) is null)
            {
                _snapshots.TryRemove(run, out _);
            }
        }

        return slice;
    }

    public ValueTask<IReadOnlyList<PlanStorage>> GetStorageAsync(CancellationToken cancellationToken) => inner.GetStorageAsync(cancellationToken);

    public ValueTask<bool> CompactAsync(TimeSpan budget, CancellationToken cancellationToken) => inner.CompactAsync(budget, cancellationToken);
}

public sealed class SnapshotKeeperTests : SnapshotStoreConformance
{
    protected override Task<IStateStore> CreateEmptyAsync() => Task.FromResult<IStateStore>(new SnapshotKeeper(new InMemoryStateStore()));
}
