using System.Text.Json;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.PostgreSql.Schema;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.PostgreSql;

/// <summary>Keeps remembered results in the schema of a <see cref="PostgreSqlStateStore"/>.</summary>
public sealed class PostgreSqlMemoStore : IMemoStore
{
    private readonly Database _database;

    /// <summary>Takes a store of runs, whose database and connections are used.</summary>
    /// <param name="store">The store of runs.</param>
    public PostgreSqlMemoStore(PostgreSqlStateStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        _database = store.Database;
    }

    /// <inheritdoc/>
    public ValueTask<MemoEntry?> FindAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return _database.AskAsync(
            [Statement.Of($"SELECT run_id, task, item, attempt, agent, output, artifacts, made_at FROM {_database.Names.Memos} WHERE memo_key = $1", Statement.Text(key))],
            static async (reader, cancellation) =>
            {
                if (!await reader.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    return null;
                }

                using var artifacts = JsonDocument.Parse(reader.GetString(6));
                return new MemoEntry
                {
                    Run = new RunId(reader.GetString(0)),
                    Task = reader.GetString(1),
                    Item = await reader.IsDBNullAsync(2, cancellation).ConfigureAwait(false) ? null : reader.GetInt32(2),
                    Attempt = reader.GetInt32(3),
                    Agent = reader.GetString(4),
                    Output = JsonData.Parse(reader.GetString(5)),
                    Artifacts = [.. artifacts.RootElement.EnumerateArray().Select(static element => ArtifactReference.Of(element)!)],
                    At = StoredTime.To(reader.GetInt64(7)),
                };
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask SaveAsync(string key, MemoEntry entry, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(entry);
        return _database.ChangeAsync(
            [
                Statement.Of(
                    $"""
                    INSERT INTO {_database.Names.Memos} (memo_key, run_id, task, item, attempt, agent, output, artifacts, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                    ON CONFLICT (memo_key) DO UPDATE SET run_id = excluded.run_id, task = excluded.task, item = excluded.item, attempt = excluded.attempt,
                        agent = excluded.agent, output = excluded.output, artifacts = excluded.artifacts, made_at = excluded.made_at
                    """,
                    Statement.Text(key),
                    Statement.Text(entry.Run.Value),
                    Statement.Text(entry.Task),
                    Statement.Number(entry.Item),
                    Statement.Small(entry.Attempt),
                    Statement.Text(entry.Agent),
                    Statement.Json(entry.Output.Utf8),
                    Statement.Text($"[{string.Join(',', entry.Artifacts.Select(static artifact => artifact.ToJson()))}]"),
                    Statement.Number(StoredTime.From(entry.At))),
            ],
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<int> PurgeAsync(DateTimeOffset before, int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return (int)await _database.ChangeAsync(
            [
                Statement.Of(
                    $"""
                    WITH old AS MATERIALIZED (SELECT memo_key FROM {_database.Names.Memos} WHERE made_at < $1 ORDER BY made_at LIMIT $2),
                    gone AS (DELETE FROM {_database.Names.Memos} m USING old WHERE m.memo_key = old.memo_key AND m.made_at < $1 RETURNING 1)
                    SELECT count(*) FROM gone
                    """,
                    Statement.Number(StoredTime.From(before)),
                    Statement.Small(most)),
            ],
            static async (reader, cancellation) => await reader.ReadAsync(cancellation).ConfigureAwait(false) ? reader.GetInt64(0) : 0,
            cancellationToken).ConfigureAwait(false);
    }
}
