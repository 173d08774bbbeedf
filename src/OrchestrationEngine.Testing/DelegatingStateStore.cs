using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing;

/// <summary>
/// A store that hands every call to another: derive from it and override what is to fail, to wait or to be counted.
/// The other abilities of the inner store (snapshots, retention, notifications) are not passed on.
/// </summary>
public abstract class DelegatingStateStore : IStateStore
{
    /// <summary>Puts a store in front of another.</summary>
    /// <param name="inner">The other.</param>
    protected DelegatingStateStore(IStateStore inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <summary>The store behind this one.</summary>
    protected IStateStore Inner { get; }

    /// <inheritdoc/>
    public virtual ValueTask<RunId> CreateAsync(NewRun run, CancellationToken cancellationToken) => Inner.CreateAsync(run, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask AppendAsync(RunAppend append, CancellationToken cancellationToken) => Inner.AppendAsync(append, cancellationToken);

    /// <inheritdoc/>
    public virtual IAsyncEnumerable<RecordedEvent> ReadAsync(RunId run, long afterSequence, CancellationToken cancellationToken)
        => Inner.ReadAsync(run, afterSequence, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<RunSummary?> FindAsync(RunId run, CancellationToken cancellationToken) => Inner.FindAsync(run, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<Page<RunSummary>> QueryAsync(RunQuery query, CancellationToken cancellationToken) => Inner.QueryAsync(query, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<NodeId> JoinAsync(NodeRegistration node, CancellationToken cancellationToken) => Inner.JoinAsync(node, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<bool> RenewAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken) => Inner.RenewAsync(heartbeat, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask LeaveAsync(NodeId node, CancellationToken cancellationToken) => Inner.LeaveAsync(node, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<LeasedRuns> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken) => Inner.AcquireAsync(request, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<bool> ReleaseAsync(LeaseRelease release, CancellationToken cancellationToken) => Inner.ReleaseAsync(release, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<NodeSummary>> ListNodesAsync(CancellationToken cancellationToken) => Inner.ListNodesAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask PostAsync(InboxMessage message, CancellationToken cancellationToken) => Inner.PostAsync(message, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<InboxMessage>> ReadInboxAsync(NodeId node, int max, CancellationToken cancellationToken)
        => Inner.ReadInboxAsync(node, max, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<InboxAnswer?> FindAnswerAsync(string messageId, CancellationToken cancellationToken) => Inner.FindAnswerAsync(messageId, cancellationToken);
}
