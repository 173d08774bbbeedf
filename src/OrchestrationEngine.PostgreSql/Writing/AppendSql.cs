using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.PostgreSql.Schema;

namespace OrchestrationEngine.PostgreSql.Writing;

/// <summary>
/// The statements of the writers. Each does all that belongs to its writes and leaves alone those that don't match: the row of a run is the gate, and
/// facts and answers follow only for rows that moved. So a refused write takes no other down, and the whole group is one round trip.
/// </summary>
internal sealed class AppendSql(Names names)
{
    private const string Facts = "unnest($1, $2, $3, $4, $5, $6) AS e (ord, sequence, timestamp, schema_version, type, payload)";
    private const string FactColumns = "(run_key, sequence, timestamp, schema_version, type, payload)";

    /// <summary>
    /// One append that ends no lease and answers nothing, which is what a chain of tasks does all the time. Prepared: there is one way to do it, by the keys.
    /// $1 run, $2 expected version, $3 epoch, $4 version, $5 status, $6 time of the last fact, $7 bytes, $8 to $11 the facts. Answers with the number of facts written.
    /// </summary>
    public string One { get; } = $"""
        WITH moved AS (
            UPDATE {names.Runs} SET version = $4, status = $5, updated_at = $6, payload_bytes = payload_bytes + $7
            WHERE run_id = $1 AND version = $2 AND epoch = $3
            RETURNING run_key)
        INSERT INTO {names.Events} {FactColumns}
        SELECT m.run_key, $2 + e.ord, e.timestamp, e.schema_version, e.type, e.payload
        FROM moved m, unnest($8, $9, $10, $11) WITH ORDINALITY AS e (timestamp, schema_version, type, payload, ord)
        """;

    /// <summary>
    /// A group of appends: $1 to $6 the facts, $7 to $14 the appends. Not prepared: a plan for any number of runs would be a bad one for most, and planning
    /// costs less than one append. Answers with a row for each append that was done: its place, and whether its run is due although it has ended.
    /// </summary>
    public string Many { get; } = ManyOf(names, answers: "", matches: "", answered: "0", then: "");

    /// <summary>The same for appends with answers to messages: $15 the place of the append, $16 the message, $17 the refusal. A message is locked before its run moves, so that it is answered once.</summary>
    public string ManyWithAnswers { get; } = ManyOf(
        names,
        $"""
        , answers AS MATERIALIZED (
            SELECT * FROM unnest($15, $16, $17) AS a (ord, message_id, refusal)
        ), locked AS MATERIALIZED (
            SELECT m.position, a.ord, a.refusal
            FROM answers a
            JOIN w ON w.ord = a.ord
            JOIN {names.Runs} r ON r.run_id = w.run_id
            JOIN {names.Inbox} m ON m.message_id = a.message_id AND m.run_key = r.run_key
            WHERE m.answered_at IS NULL
            FOR UPDATE OF m
        ), asked AS (
            SELECT ord, count(*) AS n FROM answers GROUP BY ord
        ), found AS (
            SELECT ord, count(DISTINCT position) AS n FROM locked GROUP BY ord
        ), counted AS MATERIALIZED (
            SELECT asked.ord, asked.n FROM asked JOIN found ON found.ord = asked.ord AND found.n = asked.n
        )
        """,
        "AND w.ord IN (SELECT ord FROM counted)",
        "COALESCE((SELECT c.n FROM counted c WHERE c.ord = w.ord), 0)",
        $"""
        , answered AS (
            UPDATE {names.Inbox} i SET answered_at = {StoredTime.Now}, refusal = l.refusal
            FROM locked l JOIN moved m ON m.ord = l.ord
            WHERE i.position = l.position
        )
        """);

    /// <summary>
    /// A group of creations: $1 to $6 the facts, $7 to $18 the runs. A run whose key or id is taken, or whose owner is not entered, is left alone.
    /// Answers with the places of those that were made. The owner's row is locked until the commit, so that it can't be put out without its new runs.
    /// </summary>
    public string Create { get; } = $"""
        WITH c AS MATERIALIZED (
            SELECT * FROM unnest($7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) WITH ORDINALITY
                AS c (run_id, plan_id, plan_version, business_key, version, created_at, updated_at, bytes, owner, agents, status, due, ord)
        ), entered AS MATERIALIZED (
            SELECT node_id FROM {names.Nodes} WHERE node_id = ANY ($15) FOR KEY SHARE
        ), made AS (
            INSERT INTO {names.Runs} (run_id, plan_id, plan_version, business_key, status, version, epoch, owner, due_at, agents, payload_bytes, created_at, updated_at)
            SELECT run_id, plan_id, plan_version, business_key, status, version,
                CASE WHEN owner IS NULL THEN 0 ELSE 1 END, owner, CASE WHEN due THEN {StoredTime.Now} END,
                ARRAY(SELECT json_array_elements_text(agents::json)), bytes, created_at, updated_at
            FROM c
            WHERE owner IS NULL OR owner IN (SELECT node_id FROM entered)
            ORDER BY ord
            ON CONFLICT DO NOTHING
            RETURNING run_key, run_id
        ), facts AS (
            INSERT INTO {names.Events} {FactColumns}
            SELECT m.run_key, e.sequence, e.timestamp, e.schema_version, e.type, e.payload
            FROM {Facts} JOIN c ON c.ord = e.ord JOIN made m ON m.run_id = c.run_id
        )
        SELECT c.ord FROM c JOIN made m ON m.run_id = c.run_id
        """;

    /// <summary>
    /// Before a group with messages: locks the rows of all runs that it writes ($1) or tells something ($1 too), in an order that is the same for all
    /// such groups. Two runs that tell each other something at the same time would otherwise wait for each other in a circle.
    /// </summary>
    public string Lock { get; } = $"SELECT count(*) FROM (SELECT run_key FROM {names.Runs} WHERE run_id = ANY ($1) ORDER BY run_id FOR NO KEY UPDATE) AS locked";

    /// <summary>
    /// After the appends of a group, in the same transaction, the messages that go with them: $1 the run whose append it is, $2 the message, $3 the run that
    /// it is to, $4 kind, $5 payload. Only those count whose append was done: the row of its run is one that this very transaction wrote.
    /// </summary>
    public string Post { get; } = $"""
        WITH sent AS MATERIALIZED (
            SELECT g.message_id, g.target, g.kind, g.payload, g.ord
            FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS g (sender, message_id, target, kind, payload, ord)
            JOIN {names.Runs} s ON s.run_id = g.sender
            WHERE s.xmin = pg_current_xact_id()::xid
        ), posted AS (
            INSERT INTO {names.Inbox} (message_id, run_key, kind, payload, posted_at)
            SELECT sent.message_id, r.run_key, sent.kind, sent.payload, {StoredTime.Now}
            FROM sent JOIN {names.Runs} r ON r.run_id = sent.target
            WHERE NOT r.{StoredStatus.IsTerminal}
            ORDER BY sent.ord
            ON CONFLICT (message_id) DO NOTHING
            RETURNING run_key
        )
        UPDATE {names.Runs} r SET unanswered = r.unanswered + p.n,
            due_at = CASE WHEN r.owner IS NULL THEN LEAST(r.due_at, {StoredTime.Now}) ELSE r.due_at END
        FROM (SELECT run_key, count(*) AS n FROM posted GROUP BY run_key) p
        WHERE r.run_key = p.run_key
        """;

    // The conditions are such that rows can only be found one by one through their index: in the order of the group, which is the same for all writers,
    // so that they do not wait for each other in a circle; and never by reading the table, however few its pages were when it was last looked at.
    private static string ManyOf(Names names, string answers, string matches, string answered, string then) => $"""
        WITH w AS MATERIALIZED (
            SELECT * FROM unnest($7, $8, $9, $10, $11, $12, $13, $14) WITH ORDINALITY
                AS w (run_id, expected, epoch, version, status, updated_at, bytes, ends, ord)
        ){answers}, moved AS (
            UPDATE {names.Runs} r SET
                version = w.version,
                status = w.status,
                updated_at = COALESCE(w.updated_at, r.updated_at),
                payload_bytes = r.payload_bytes + w.bytes,
                unanswered = r.unanswered - {answered},
                owner = CASE WHEN w.ends THEN NULL ELSE r.owner END,
                epoch = CASE WHEN w.ends AND r.owner IS NOT NULL THEN r.epoch + 1 ELSE r.epoch END,
                due_at = CASE WHEN NOT w.ends THEN r.due_at WHEN r.unanswered > {answered} THEN {StoredTime.Now} END
            FROM w
            WHERE r.run_id = ANY (ARRAY[w.run_id]) AND r.version IS NOT DISTINCT FROM w.expected AND r.epoch IS NOT DISTINCT FROM w.epoch {matches}
            RETURNING r.run_key, w.ord, w.ends AND r.due_at IS NOT NULL AS is_due
        ), facts AS (
            INSERT INTO {names.Events} {FactColumns}
            SELECT m.run_key, e.sequence, e.timestamp, e.schema_version, e.type, e.payload
            FROM {Facts} JOIN moved m ON m.ord = e.ord
        ){then}
        SELECT ord, is_due FROM moved
        """;
}
