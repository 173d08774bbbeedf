using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite;

public sealed partial class SqliteStateStore
{
    /// <inheritdoc/>
    public ValueTask<NodeId> JoinAsync(NodeRegistration node, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<bool> RenewAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask LeaveAsync(NodeId node, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<LeasedRuns> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<bool> ReleaseAsync(LeaseRelease release, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NodeSummary>> ListNodesAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask PostAsync(InboxMessage message, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<InboxMessage>> ReadInboxAsync(NodeId node, int max, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<InboxAnswer?> FindAnswerAsync(string messageId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
