using System.Diagnostics;
using Npgsql;
using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.PostgreSql.Schema;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql;

// What is kept, and for how long; and folded states.
public sealed partial class PostgreSqlStateStore
{
    private const int RunsAtOnce = 50;
    private const int RowsAtOnce = 2_000;

    /// <inheritdoc/>
    public async ValueTask SaveSnapshotAsync(StateSnapshot snapshot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        RequireOpen();
        var names = _database.Names;
        await _database.ChangeAsync(
            [
                Statement.Of(
                    $"""
                    INSERT INTO {names.Snapshots} AS s (run_key, version, format, content)
                    SELECT run_key, $2, $3, $4 FROM {names.Runs} WHERE run_id = $1 FOR KEY SHARE
                    ON CONFLICT (run_key) DO UPDATE SET version = excluded.version, format = excluded.format, content = excluded.content
                    WHERE s.version <= excluded.version
                    """,
                    Statement.Text(snapshot.Run.Value),
                    Statement.Number(snapshot.Version),
                    Statement.Small(snapshot.Format),
                    Statement.Bytes(snapshot.Content)),
            ],
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<StateSnapshot?> LoadSnapshotAsync(RunId run, CancellationToken cancellationToken)
    {
        RequireOpen();
        var names = _database.Names;
        return _database.AskAsync(
            [Statement.Of($"SELECT version, format, content FROM {names.Snapshots} WHERE run_key = (SELECT run_key FROM {names.Runs} WHERE run_id = $1)", Statement.Text(run.Value))],
            async (reader, cancellation) => await reader.ReadAsync(cancellation).ConfigureAwait(false)
                ? new StateSnapshot(run, reader.GetInt64(0), reader.GetInt32(1), reader.GetFieldValue<byte[]>(2))
                : null,
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteSnapshotsAsync(CancellationToken cancellationToken)
    {
        RequireOpen();
        await _database.ChangeAsync([Statement.Of($"DELETE FROM {_database.Names.Snapshots}")], cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// In transactions of up to 50 runs or 2,000 rows, none of which anybody else waits for: rows of ended runs are written by nobody. The slice ends with
    /// the first transaction after its budget. Nodes may purge at the same time.
    /// </remarks>
    public async ValueTask<PurgeSlice> PurgeAsync(PurgeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request.Runs, nameof(request));
        RequireOpen();
        var started = Stopwatch.GetTimestamp();
        var (runs, rows, next) = (0, 0L, 0);
        while (true)
        {
            if (next < request.Runs.Count)
            {
                var some = request.Runs.Skip(next).Take(RunsAtOnce).Select(static run => run.Value);
                next += RunsAtOnce;
                var (vanished, messages) = await _database.ChangeAsync([Vanish(some)], ReadCountsAsync, cancellationToken).ConfigureAwait(false);
                runs += (int)vanished;
                rows += vanished + messages;
            }
            else
            {
                var (removed, isDone) = await RemoveRowsAsync(cancellationToken).ConfigureAwait(false);
                rows += removed;
                if (isDone)
                {
                    return new PurgeSlice(runs, rows, IsDone: true);
                }
            }

            if (Stopwatch.GetElapsedTime(started) >= request.Budget)
            {
                return new PurgeSlice(runs, rows, IsDone: false);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PlanStorage>> GetStorageAsync(CancellationToken cancellationToken)
    {
        RequireOpen();
        return _database.AskAsync<IReadOnlyList<PlanStorage>>(
            [new NpgsqlBatchCommand($"SELECT plan_id, count(*), sum(version)::bigint, sum(payload_bytes)::bigint FROM {_database.Names.Runs} GROUP BY plan_id ORDER BY plan_id")],
            static async (reader, cancellation) =>
            {
                var plans = new List<PlanStorage>();
                while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    plans.Add(new PlanStorage(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
                }

                return plans;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Does nothing and says that nothing is left: PostgreSQL's autovacuum makes the space of removed rows free for new ones by itself. To give it back to the
    /// file system is a matter of VACUUM FULL, which locks whole tables and is the administrator's.
    /// </remarks>
    public ValueTask<bool> CompactAsync(TimeSpan budget, CancellationToken cancellationToken)
    {
        RequireOpen();
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(false);
    }

    // The row of a run goes first, and its key is noted in the same transaction: whatever happens then, the rest is found.
    // Its messages go with it, for their ids may be used again; one that has just come is found with the rest.
    private NpgsqlBatchCommand Vanish(IEnumerable<string> runs) => Statement.Of(
        $"""
        WITH chosen AS MATERIALIZED (
            SELECT run_key FROM {_database.Names.Runs} WHERE run_id = ANY ($1) AND owner IS NULL AND {StoredStatus.IsTerminal} FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM {_database.Names.Runs} WHERE run_key IN (SELECT run_key FROM chosen) RETURNING run_key
        ), noted AS (
            INSERT INTO {_database.Names.Purged} (run_key) SELECT run_key FROM gone
        ), mail AS (
            DELETE FROM {_database.Names.Inbox} WHERE run_key IN (SELECT run_key FROM chosen) RETURNING 1
        )
        SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM mail)
        """,
        Statement.Texts(runs));

    private async ValueTask<(long Rows, bool IsDone)> RemoveRowsAsync(CancellationToken cancellationToken)
    {
        var names = _database.Names;
        var keys = await _database.AskAsync(
            [new NpgsqlBatchCommand($"SELECT run_key FROM {names.Purged} ORDER BY run_key LIMIT {RunsAtOnce}")],
            static async (reader, cancellation) =>
            {
                var found = new List<long>();
                while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    found.Add(reader.GetInt64(0));
                }

                return found;
            },
            cancellationToken).ConfigureAwait(false);
        if (keys.Count == 0)
        {
            return (0, true);
        }

        var facts = await CountAsync(
            Statement.Of(
                $"""
                WITH next AS MATERIALIZED (SELECT ctid FROM {names.Events} WHERE run_key = ANY ($1) LIMIT {RowsAtOnce}),
                gone AS (DELETE FROM {names.Events} WHERE ctid = ANY (ARRAY(SELECT ctid FROM next)) RETURNING 1)
                SELECT count(*) FROM gone
                """,
                Statement.Numbers(keys)),
            cancellationToken).ConfigureAwait(false);
        if (facts > 0)
        {
            return (facts, false);
        }

        var rest = await CountAsync(
            Statement.Of(
                $"""
                WITH states AS (DELETE FROM {names.Snapshots} WHERE run_key = ANY ($1) RETURNING 1),
                messages AS (DELETE FROM {names.Inbox} WHERE run_key = ANY ($1) RETURNING 1),
                notes AS (DELETE FROM {names.Purged} WHERE run_key = ANY ($1) RETURNING 1)
                SELECT (SELECT count(*) FROM states) + (SELECT count(*) FROM messages) + (SELECT count(*) FROM notes)
                """,
                Statement.Numbers(keys)),
            cancellationToken).ConfigureAwait(false);
        return (rest, keys.Count < RunsAtOnce);
    }

    private static async ValueTask<(long, long)> ReadCountsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private ValueTask<long> CountAsync(NpgsqlBatchCommand statement, CancellationToken cancellationToken) => _database.ChangeAsync(
        [statement],
        static async (reader, cancellation) => await reader.ReadAsync(cancellation).ConfigureAwait(false) ? reader.GetInt64(0) : 0,
        cancellationToken);
}
