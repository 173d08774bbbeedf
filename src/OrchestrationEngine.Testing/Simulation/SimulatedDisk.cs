using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing;

/// <summary>What outlives all nodes: everything that a store can have, in memory. Each call completes at once.</summary>
internal sealed class SimulatedDisk(InMemoryStateStore store) : DelegatingStateStore(store), ISnapshotStore, IRetentionStore, IStateStoreNotifications
{
    private readonly Dictionary<RunId, StateSnapshot> _snapshots = [];
    private readonly Lock _gate = new();

    public IDisposable Subscribe(Action ring) => store.Subscribe(ring);

    public async ValueTask SaveSnapshotAsync(StateSnapshot snapshot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        cancellationToken.ThrowIfCancellationRequested();
        if (await store.FindAsync(snapshot.Run, cancellationToken).ConfigureAwait(false) is null)
        {
            return;
        }

        lock (_gate)
        {
            if (!_snapshots.TryGetValue(snapshot.Run, out var kept) || kept.Version <= snapshot.Version)
            {
                _snapshots[snapshot.Run] = snapshot with { Content = snapshot.Content.ToArray() };
            }
        }
    }

    public ValueTask<StateSnapshot?> LoadSnapshotAsync(RunId run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(_snapshots.GetValueOrDefault(run));
        }
    }

    public ValueTask DeleteSnapshotsAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            _snapshots.Clear();
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask<PurgeSlice> PurgeAsync(PurgeRequest request, CancellationToken cancellationToken)
    {
        var slice = await store.PurgeAsync(request, cancellationToken).ConfigureAwait(false);
        foreach (var run in request.Runs)
        {
            if (await store.FindAsync(run, CancellationToken.None).ConfigureAwait(false) is null)
            {
                lock (_gate)
                {
                    _snapshots.Remove(run);
                }
            }
        }

        return slice;
    }

    public ValueTask<IReadOnlyList<PlanStorage>> GetStorageAsync(CancellationToken cancellationToken) => store.GetStorageAsync(cancellationToken);

    public ValueTask<bool> CompactAsync(TimeSpan budget, CancellationToken cancellationToken) => store.CompactAsync(budget, cancellationToken);
}
