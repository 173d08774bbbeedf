using OrchestrationEngine.Sqlite.Nodes;
using OrchestrationEngine.Sqlite.Reading;
using OrchestrationEngine.Sqlite.Writing;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite;

// Who has which run.
public sealed partial class SqliteStateStore
{
    /// <inheritdoc/>
    /// <remarks>The node keeps a file beside the database locked, so that other processes know at once when this one has died.</remarks>
    public async ValueTask<NodeId> JoinAsync(NodeRegistration node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentException.ThrowIfNullOrWhiteSpace(node.Name, nameof(node));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(node.LeaseDuration, TimeSpan.Zero, nameof(node));
        cancellationToken.ThrowIfCancellationRequested();

        // Locked before anybody can see it: a node with a free lock is a dead one.
        var lockFile = _locks.Take();
        try
        {
            var (stay, formerLock) = await Write(writer => writer.Nodes.Enter(node, lockFile, writer.Now), cancellationToken).ConfigureAwait(false);
            if (formerLock is not null)
            {
                _locks.Drop(formerLock);
            }

            _locks.Keep(lockFile, stay.Key);
            return stay.ToId();
        }
        catch
        {
            _locks.Drop(lockFile);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RenewAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var stay = Stay.Of(heartbeat.Node);
        if (await Write(writer => writer.Nodes.Renew(stay, heartbeat, writer.Now), cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        _locks.DropOf(stay.Key);
        return false;
    }

    /// <inheritdoc/>
    public async ValueTask LeaveAsync(NodeId node, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var stay = Stay.Of(node);
        var lockFile = await Write(writer => writer.Nodes.IsEntered(stay) ? writer.Nodes.PutOut(stay.Key, writer.Now) : null, cancellationToken).ConfigureAwait(false);
        _locks.DropOf(stay.Key);
        if (lockFile is not null)
        {
            _locks.Drop(lockFile);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Other nodes are put out when their time is over, and at once when their process is dead: when nobody holds their lock file. Where there is nothing to
    /// give and nobody to put out this only reads.
    /// </remarks>
    public async ValueTask<LeasedRuns> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegative(request.MaxRuns, nameof(request));
        cancellationToken.ThrowIfCancellationRequested();
        var stay = Stay.Of(request.Node);
        var agents = request.Agents is null ? null : request.Agents as IReadOnlySet<string> ?? new HashSet<string>(request.Agents, StringComparer.Ordinal);
        var now = Schema.StoredTime.From(_time.GetUtcNow());
        var outlook = Read((stay, now, agents, request.MaxRuns), static (reader, look) => reader.Leases.Look(look.stay, look.now, look.agents, look.MaxRuns));
        if (!outlook.IsEntered)
        {
            throw new NodeExpiredException(request.Node);
        }

        var gone = FindGone(outlook.Others, now);
        if (gone.Count == 0 && outlook.Due.Runs.Count == 0 && !outlook.HasOldAnswers)
        {
            return new LeasedRuns([], outlook.Due.MoreDue, outlook.Due.NextDue);
        }

        var order = new AcquireOrder(stay, agents, request.MaxRuns, gone);
        var (leased, freedLocks) = await Write(writer => writer.Leases.Acquire(order, writer.Now), cancellationToken).ConfigureAwait(false);
        foreach (var freed in freedLocks)
        {
            _locks.Drop(freed);
        }

        return leased;
    }

    /// <inheritdoc/>
    public ValueTask<bool> ReleaseAsync(LeaseRelease release, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Write(writer => writer.Leases.Release(release, writer.Now), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NodeSummary>> ListNodesAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(0, static (reader, _) => reader.Leases.ListNodes()));
    }

    private List<GoneNode> FindGone(IReadOnlyList<LeaseReader.Other> others, long now)
    {
        var gone = new List<GoneNode>();
        foreach (var other in others)
        {
            if (other.ExpiresAt <= now)
            {
                gone.Add(new GoneNode(other.Node, IsDead: false));
            }
            else if (_locks.IsFree(other.LockFile))
            {
                gone.Add(new GoneNode(other.Node, IsDead: true));
            }
        }

        return gone;
    }
}
