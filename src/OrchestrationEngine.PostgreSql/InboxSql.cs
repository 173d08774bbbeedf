using Npgsql;
using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.PostgreSql.Schema;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql;

/// <summary>The statements for messages.</summary>
internal sealed class InboxSql(Names names)
{
    private static readonly long AnswersAreKept = TimeSpan.FromHours(1).Ticks;

    private readonly string _post = $"""
        WITH run AS MATERIALIZED (
            SELECT run_key FROM {names.Runs} WHERE run_id = $2 FOR KEY SHARE
        ), posted AS (
            INSERT INTO {names.Inbox} (message_id, run_key, kind, payload, posted_at)
            SELECT $1, run_key, $3, $4, {StoredTime.Now} FROM run
            ON CONFLICT (message_id) DO NOTHING
            RETURNING run_key
        ), told AS (
            UPDATE {names.Runs} r SET unanswered = r.unanswered + 1,
                due_at = CASE WHEN r.owner IS NULL THEN LEAST(r.due_at, {StoredTime.Now}) ELSE r.due_at END
            FROM posted p WHERE r.run_key = p.run_key
        )
        SELECT EXISTS (SELECT 1 FROM run)
        """;

    private readonly string _read = $"""
        SELECT m.message_id, r.run_id, m.kind, m.payload
        FROM {names.Inbox} m JOIN {names.Runs} r ON r.run_key = m.run_key
        WHERE m.answered_at IS NULL AND r.owner = $1
        ORDER BY m.position LIMIT $2
        """;

    private readonly string _findAnswer = $"SELECT refusal FROM {names.Inbox} WHERE message_id = $1 AND answered_at IS NOT NULL";

    // A few at a time, with the sign of life of a node: there is no hurry.
    private readonly string _dropOld = $"""
        DELETE FROM {names.Inbox} WHERE position IN (
            SELECT position FROM {names.Inbox} WHERE answered_at < {StoredTime.StatementStart} - {AnswersAreKept}
            ORDER BY answered_at LIMIT 500 FOR UPDATE SKIP LOCKED)
        """;

    public NpgsqlBatchCommand Post(InboxMessage message)
        => Statement.Of(_post, Statement.Text(message.Id), Statement.Text(message.Run.Value), Statement.Text(message.Kind), Statement.Json(message.Payload.Utf8));

    public NpgsqlBatchCommand Read(NodeId node, int max) => Statement.Of(_read, Statement.Text(node.Value), Statement.Number(max));

    public NpgsqlBatchCommand FindAnswer(string messageId) => Statement.Of(_findAnswer, Statement.Text(messageId));

    public NpgsqlBatchCommand DropOld() => Statement.Of(_dropOld);
}
