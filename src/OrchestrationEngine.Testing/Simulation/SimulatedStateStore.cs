using System.Runtime.CompilerServices;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing;

/// <summary>
/// The store of a simulation as one node has it before it: all abilities, in memory, behind a line on which calls are delayed, lost, repeated and refused as
/// the seed has it. Made by itself, without a simulation, it is a plain store whose line is no distance.
/// </summary>
public sealed class SimulatedStateStore : IStateStore, ISnapshotStore, IRetentionStore, IStateStoreNotifications
{
    private const int PageSize = 24;

    private readonly IStateStore _store;
    private readonly SimulatedDisk _disk;
    private readonly IStoreLink _link;

    /// <summary>Makes an empty store that is reached at once.</summary>
    /// <param name="time">The store's clock; null for the system's.</param>
    public SimulatedStateStore(TimeProvider? time = null)
    {
        _disk = new SimulatedDisk(new InMemoryStateStore(time));
        _store = _disk;
        _link = new DirectLink();
    }

    internal SimulatedStateStore(IStateStore store, SimulatedDisk disk, IStoreLink link)
    {
        _store = store;
        _disk = disk;
        _link = link;
    }

    /// <inheritdoc/>
    public ValueTask<RunId> CreateAsync(NewRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);

        // As a driver would, it has made its message of what it was given before it returns: the memory is the caller's again.
        var sent = run with { Events = run.Events.ToArray() };
        return Call(new("create", run.Id.Value, IsWrite: true), () => _store.CreateAsync(sent, CancellationToken.None), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask AppendAsync(RunAppend append, CancellationToken cancellationToken)
    {
        var sent = append with
        {
            Events = append.Events.ToArray(),
            Answers = append.Answers is null ? null : [.. append.Answers],
            Messages = append.Messages is null ? null : [.. append.Messages],
        };
        await Call(
            new("append", append.Run.Value, append.ExpectedVersion, IsWrite: true, IsRepeatable: true),
            () => Done(_store.AppendAsync(sent, CancellationToken.None)),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordedEvent> ReadAsync(RunId run, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var after = afterSequence;
            var page = await Call(new("read", run.Value, after), () => PageAsync(run, after), cancellationToken).ConfigureAwait(false);
            foreach (var recorded in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return recorded;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            afterSequence = page[^1].Sequence;
        }
    }

    /// <inheritdoc/>
    public ValueTask<RunSummary?> FindAsync(RunId run, CancellationToken cancellationToken)
        => Call(new("find", run.Value), () => _store.FindAsync(run, CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Page<RunSummary>> QueryAsync(RunQuery query, CancellationToken cancellationToken)
        => Call(new("query"), () => _store.QueryAsync(query, CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<NodeId> JoinAsync(NodeRegistration node, CancellationToken cancellationToken)
        => Call(new("join", node?.Name, IsWrite: true), () => _store.JoinAsync(node!, CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> RenewAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken)
        => Call(new("renew", heartbeat.Node.Value, IsWrite: true, IsRepeatable: true), () => _store.RenewAsync(heartbeat, CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask LeaveAsync(NodeId node, CancellationToken cancellationToken)
        => await Call(new("leave", node.Value, IsWrite: true, IsRepeatable: true), () => Done(_store.LeaveAsync(node, CancellationToken.None)), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<LeasedRuns> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken)
        => Call(new("acquire", request?.Node.Value, request?.MaxRuns ?? 0, IsWrite: true), () => _store.AcquireAsync(request!, CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> ReleaseAsync(LeaseRelease release, CancellationToken cancellationToken)
        => Call(new("release", release.Run.Value, release.Epoch, IsWrite: true, IsRepeatable: true), () => _store.ReleaseAsync(release, CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NodeSummary>> ListNodesAsync(CancellationToken cancellationToken)
        => Call(new("nodes"), () => _store.ListNodesAsync(CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask PostAsync(InboxMessage message, CancellationToken cancellationToken)
        => await Call(new("post", message?.Id, IsWrite: true, IsRepeatable: true), () => Done(_store.PostAsync(message!, CancellationToken.None)), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<InboxMessage>> ReadInboxAsync(NodeId node, int max, CancellationToken cancellationToken)
        => Call(new("inbox", node.Value), () => _store.ReadInboxAsync(node, max, CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<InboxAnswer?> FindAnswerAsync(string messageId, CancellationToken cancellationToken)
        => Call(new("answer", messageId), () => _store.FindAnswerAsync(messageId, CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask SaveSnapshotAsync(StateSnapshot snapshot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var sent = snapshot with { Content = snapshot.Content.ToArray() };
        await Call(new("snapshot", sent.Run.Value, sent.Version, IsWrite: true, IsRepeatable: true), () => Done(_disk.SaveSnapshotAsync(sent, CancellationToken.None)), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<StateSnapshot?> LoadSnapshotAsync(RunId run, CancellationToken cancellationToken)
        => Call(new("load", run.Value), () => _disk.LoadSnapshotAsync(run, CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DeleteSnapshotsAsync(CancellationToken cancellationToken)
        => await Call(new("forget", IsWrite: true), () => Done(_disk.DeleteSnapshotsAsync(CancellationToken.None)), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<PurgeSlice> PurgeAsync(PurgeRequest request, CancellationToken cancellationToken)
        => Call(new("purge", IsWrite: true), () => _disk.PurgeAsync(request, CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PlanStorage>> GetStorageAsync(CancellationToken cancellationToken)
        => Call(new("storage"), () => _disk.GetStorageAsync(CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> CompactAsync(TimeSpan budget, CancellationToken cancellationToken)
        => Call(new("compact", IsWrite: true), () => _disk.CompactAsync(budget, CancellationToken.None), cancellationToken);

    /// <inheritdoc/>
    public IDisposable Subscribe(Action ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        return _disk.Subscribe(_link.Ringing(ring));
    }

    private static async ValueTask<bool> Done(ValueTask call)
    {
        await call.ConfigureAwait(false);
        return true;
    }

    private ValueTask<T> Call<T>(StoreCall call, Func<ValueTask<T>> effect, CancellationToken cancellationToken)
        => cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<T>(cancellationToken) : _link.CallAsync(call, effect, cancellationToken);

    private async ValueTask<List<RecordedEvent>> PageAsync(RunId run, long after)
    {
        var page = new List<RecordedEvent>();
        await foreach (var recorded in _store.ReadAsync(run, after, CancellationToken.None).ConfigureAwait(false))
        {
            page.Add(recorded);
            if (page.Count == PageSize)
            {
                break;
            }
        }

        return page;
    }
}
