using Npgsql;
using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.PostgreSql.Schema;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql;

/// <summary>The statements for nodes and leases. Whoever gives a run to a node locks the node's row until the commit, so that it can't be put out without it.</summary>
internal sealed class LeaseSql(Names names)
{
    private readonly string _join = $"""
        INSERT INTO {names.Nodes} (name, joined_at, renewed_at, expires_at, lease_ticks, max_runs, max_attempts)
        VALUES ($1, {StoredTime.StatementStart}, {StoredTime.StatementStart}, {StoredTime.After("$2")}, $2, $3, $4)
        ON CONFLICT (name) DO UPDATE SET
            stay = excluded.stay, joined_at = excluded.joined_at, renewed_at = excluded.renewed_at, expires_at = excluded.expires_at,
            lease_ticks = excluded.lease_ticks, max_runs = excluded.max_runs, max_attempts = excluded.max_attempts, attempts = 0, is_draining = false
        RETURNING node_id
        """;

    private readonly string _renew = $"""
        UPDATE {names.Nodes} SET renewed_at = {StoredTime.StatementStart}, expires_at = {StoredTime.After("lease_ticks")}, attempts = $2, is_draining = $3
        WHERE node_id = $1
        RETURNING node_id
        """;

    // A statement of its own, after the node is gone: it sees what was given to it until then, which one statement for both would not.
    private readonly string _free = $"""
        UPDATE {names.Runs} r SET owner = NULL, epoch = epoch + 1, due_at = CASE WHEN {StoredStatus.IsTerminal} AND unanswered = 0 THEN NULL ELSE {StoredTime.Now} END
        WHERE owner IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {names.Nodes} n WHERE n.node_id = r.owner)
        """;

    private readonly string _findExpired = $"SELECT node_id FROM {names.Nodes} WHERE node_id <> $1 AND expires_at <= {StoredTime.Now}";

    private readonly string _expire = $"DELETE FROM {names.Nodes} WHERE node_id <> $1 AND expires_at <= {StoredTime.Now}";

    private readonly string _leave = $"DELETE FROM {names.Nodes} WHERE node_id = $1";

    private readonly string _acquire = $"""
        WITH me AS MATERIALIZED (
            SELECT node_id FROM {names.Nodes} WHERE node_id = $1 FOR KEY SHARE
        ), picked AS MATERIALIZED (
            SELECT run_key, due_at FROM {names.Runs}
            WHERE due_at <= {StoredTime.StatementStart} AND ($3 IS NULL OR agents <@ $3 OR unanswered > 0) AND EXISTS (SELECT 1 FROM me)
            ORDER BY due_at, run_key
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        ), given AS (
            UPDATE {names.Runs} r SET owner = $1, epoch = r.epoch + 1, due_at = NULL
            FROM picked p WHERE r.run_key = p.run_key
            RETURNING r.run_key, r.run_id, r.epoch, p.due_at AS was_due
        )
        SELECT run_id, epoch FROM given ORDER BY was_due, run_key
        """;

    private readonly string _outlook = $"""
        SELECT
            EXISTS (SELECT 1 FROM {names.Nodes} WHERE node_id = $1),
            EXISTS (SELECT 1 FROM {names.Runs} WHERE due_at <= {StoredTime.StatementStart} AND ($2 IS NULL OR agents <@ $2 OR unanswered > 0)),
            (SELECT min(due_at) FROM {names.Runs} WHERE due_at > {StoredTime.StatementStart}) - {StoredTime.StatementStart}
        """;

    private readonly string _release = $"""
        UPDATE {names.Runs} SET owner = NULL, epoch = epoch + 1,
            due_at = CASE WHEN unanswered > 0 THEN {StoredTime.Now} WHEN $3 IS NULL THEN NULL ELSE {StoredTime.After("$3")} END
        WHERE run_id = $1 AND epoch = $2 AND owner IS NOT NULL
        RETURNING due_at <= {StoredTime.Now}
        """;

    /// <summary>The nodes, by name.</summary>
    public string List { get; } = $"""
        SELECT n.node_id, n.name, n.joined_at, n.renewed_at, n.expires_at, n.max_runs, n.attempts, n.max_attempts, n.is_draining,
            (SELECT count(*) FROM {names.Runs} r WHERE r.owner = n.node_id)
        FROM {names.Nodes} n ORDER BY n.name
        """;

    public NpgsqlBatchCommand Join(NodeRegistration node)
        => Statement.Of(_join, Statement.Text(node.Name), Statement.Number(node.LeaseDuration.Ticks), Statement.Small(node.MaxRuns), Statement.Small(node.MaxAttempts));

    public NpgsqlBatchCommand Renew(NodeHeartbeat heartbeat)
        => Statement.Of(_renew, Statement.Text(heartbeat.Node.Value), Statement.Small(heartbeat.Attempts), Statement.Flag(heartbeat.IsDraining));

    /// <summary>Ends the leases of nodes that are not entered any more.</summary>
    public NpgsqlBatchCommand Free() => Statement.Of(_free);

    public NpgsqlBatchCommand FindExpired(NodeId acquiring) => Statement.Of(_findExpired, Statement.Text(acquiring.Value));

    public NpgsqlBatchCommand Expire(NodeId acquiring) => Statement.Of(_expire, Statement.Text(acquiring.Value));

    public NpgsqlBatchCommand Leave(NodeId node) => Statement.Of(_leave, Statement.Text(node.Value));

    public NpgsqlBatchCommand Acquire(LeaseRequest request, int max)
        => Statement.Of(_acquire, Statement.Text(request.Node.Value), Statement.Number(max), Statement.Texts(request.Agents));

    /// <summary>What is left to acquire: whether the node is entered, whether there is more for it now, and how long until there is something.</summary>
    public NpgsqlBatchCommand Outlook(LeaseRequest request)
        => Statement.Of(_outlook, Statement.Text(request.Node.Value), Statement.Texts(request.Agents));

    public NpgsqlBatchCommand Release(LeaseRelease release)
        => Statement.Of(_release, Statement.Text(release.Run.Value), Statement.Number(release.Epoch), Statement.Number(release.WakeAfter?.Ticks));
}
