using Npgsql;
using OrchestrationEngine.PostgreSql.Schema;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql;

// Who has which run.
public sealed partial class PostgreSqlStateStore
{
    private readonly LeaseSql _leases;

    /// <inheritdoc/>
    public async ValueTask<NodeId> JoinAsync(NodeRegistration node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentException.ThrowIfNullOrWhiteSpace(node.Name, nameof(node));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(node.LeaseDuration, TimeSpan.Zero, nameof(node));
        RequireOpen();
        var id = await _database.ChangeAsync([_leases.Join(node), _leases.Free(), _bells.Notify()], ReadTextAsync, cancellationToken).ConfigureAwait(false);
        _bells.Ring();
        return new NodeId(id!);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RenewAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        RequireOpen();
        return await _database.ChangeAsync([_leases.Renew(heartbeat), _inbox.DropOld()], ReadTextAsync, cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <inheritdoc/>
    public async ValueTask LeaveAsync(NodeId node, CancellationToken cancellationToken)
    {
        RequireOpen();
        await _database.ChangeAsync([_leases.Leave(node), _leases.Free(), _bells.Notify()], cancellationToken).ConfigureAwait(false);
        _bells.Ring();
    }

    /// <inheritdoc/>
    public async ValueTask<LeasedRuns> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegative(request.MaxRuns, nameof(request));
        RequireOpen();
        var (given, anyExpired) = await TryAcquireAsync(request, request.MaxRuns, cancellationToken).ConfigureAwait(false);
        if (!anyExpired)
        {
            return given;
        }

        await _database.ChangeAsync([_leases.Expire(request.Node), _leases.Free(), _bells.Notify()], cancellationToken).ConfigureAwait(false);
        _bells.Ring();
        var (more, _) = await TryAcquireAsync(request, request.MaxRuns - given.Runs.Count, cancellationToken).ConfigureAwait(false);
        return more with { Runs = [.. given.Runs, .. more.Runs] };
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ReleaseAsync(LeaseRelease release, CancellationToken cancellationToken)
    {
        RequireOpen();
        var isDue = await _database.ChangeAsync(
            [_leases.Release(release), .. release.WakeAfter <= TimeSpan.Zero ? [_bells.Notify()] : Array.Empty<NpgsqlBatchCommand>()],
            static async (reader, cancellation) => await reader.ReadAsync(cancellation).ConfigureAwait(false) ? !reader.IsDBNull(0) && reader.GetBoolean(0) : (bool?)null,
            cancellationToken).ConfigureAwait(false);
        if (isDue is null)
        {
            return false;
        }

        _bells.Ring();
        if (isDue.Value && !(release.WakeAfter <= TimeSpan.Zero))
        {
            // Mail had come meanwhile, which the server knew and the caller did not.
            await _database.ChangeAsync([_bells.Notify()], CancellationToken.None).ConfigureAwait(false);
        }

        return true;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NodeSummary>> ListNodesAsync(CancellationToken cancellationToken)
    {
        RequireOpen();
        return _database.AskAsync<IReadOnlyList<NodeSummary>>(
            [new NpgsqlBatchCommand(_leases.List)],
            static async (reader, cancellation) =>
            {
                var nodes = new List<NodeSummary>();
                while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    nodes.Add(Node(reader));
                }

                return nodes;
            },
            cancellationToken);
    }

    private static NodeSummary Node(NpgsqlDataReader row) => new()
    {
        Id = new NodeId(row.GetString(0)),
        Name = row.GetString(1),
        JoinedAt = StoredTime.To(row.GetInt64(2)),
        RenewedAt = StoredTime.To(row.GetInt64(3)),
        ExpiresAt = StoredTime.To(row.GetInt64(4)),
        MaxRuns = row.GetInt32(5),
        Attempts = row.GetInt32(6),
        MaxAttempts = row.GetInt32(7),
        IsDraining = row.GetBoolean(8),
        Runs = (int)row.GetInt64(9),
    };

    private static async ValueTask<string?> ReadTextAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
        => await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? reader.GetString(0) : null;

    // One round trip: who is over time, the leases, and what is left. Only when somebody is over time there is more to do.
    private async ValueTask<(LeasedRuns Given, bool AnyExpired)> TryAcquireAsync(LeaseRequest request, int max, CancellationToken cancellationToken)
        => await _database.ChangeAsync(
            [_leases.FindExpired(request.Node), _leases.Acquire(request, max), _leases.Outlook(request)],
            async (reader, cancellation) =>
            {
                var anyExpired = await reader.ReadAsync(cancellation).ConfigureAwait(false);
                await reader.NextResultAsync(cancellation).ConfigureAwait(false);
                var runs = new List<LeasedRun>();
                while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    runs.Add(new LeasedRun(new RunId(reader.GetString(0)), reader.GetInt64(1)));
                }

                await reader.NextResultAsync(cancellation).ConfigureAwait(false);
                await reader.ReadAsync(cancellation).ConfigureAwait(false);
                return reader.GetBoolean(0)
                    ? (new LeasedRuns(runs, reader.GetBoolean(1), reader.IsDBNull(2) ? null : TimeSpan.FromTicks(reader.GetInt64(2))), anyExpired)
                    : throw new NodeExpiredException(request.Node);
            },
            cancellationToken).ConfigureAwait(false);
}
