using Npgsql;
using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.PostgreSql.Schema;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Reading;

/// <summary>The statements that read runs. Each call has a connection from the pool for one round trip. Safe for all threads.</summary>
internal sealed class RunReader(Database database)
{
    // A slow consumer must not hold a connection, so a journal is read in pieces. The size of a payload is known without reading it.
    private const int MostRows = 1024;
    private const int MostBytes = 1024 * 1024;
    private const string SummaryColumns = "run_id, plan_id, plan_version, business_key, status, version, epoch, owner, created_at, updated_at, run_key";

    private readonly string _find = $"SELECT {SummaryColumns} FROM {database.Names.Runs} WHERE run_id = $1";

    private readonly string _piece = $"""
        SELECT sequence, timestamp, type, schema_version, payload
        FROM (
            SELECT *, sum(octet_length(payload)) OVER (ORDER BY sequence ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
            FROM (
                SELECT * FROM {database.Names.Events}
                WHERE run_key = (SELECT run_key FROM {database.Names.Runs} WHERE run_id = $1) AND sequence > $2
                ORDER BY sequence LIMIT {MostRows}) AS piece) AS counted
        WHERE before IS NULL OR before < {MostBytes}
        ORDER BY sequence
        """;

    public ValueTask<RunSummary?> FindAsync(RunId run, CancellationToken cancellationToken) => database.AskAsync(
        [Statement.Of(_find, Statement.Text(run.Value))],
        async (reader, cancellation) => await reader.ReadAsync(cancellation).ConfigureAwait(false) ? Summary(reader) : null,
        cancellationToken);

    /// <summary>Reads the next piece of a journal; an empty one ends it.</summary>
    public ValueTask<List<StoredEvent>> ReadPieceAsync(RunId run, long afterSequence, CancellationToken cancellationToken) => database.AskAsync(
        [Statement.Of(_piece, Statement.Text(run.Value), Statement.Number(afterSequence))],
        static async (reader, cancellation) =>
        {
            var rows = new List<StoredEvent>();
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                rows.Add(new StoredEvent(reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetInt16(3), reader.GetFieldValue<byte[]>(4)));
            }

            return rows;
        },
        cancellationToken);

    /// <summary>Lists runs, the newest first.</summary>
    /// <param name="query">Which runs.</param>
    /// <param name="beforeKey">Only runs that were created before the one with this key.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public ValueTask<Page<RunSummary>> ListAsync(RunQuery query, long beforeKey, CancellationToken cancellationToken) => database.AskAsync(
        [RunListStatement.For(query, beforeKey, SummaryColumns, database.Names.Runs)],
        async (reader, cancellation) =>
        {
            // One row more than the page has tells whether there is another page.
            var items = new List<RunSummary>();
            var lastKey = 0L;
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                if (items.Count == query.PageSize)
                {
                    return new Page<RunSummary>(items, ListPosition.Format(lastKey));
                }

                items.Add(Summary(reader));
                lastKey = reader.GetInt64(10);
            }

            return new Page<RunSummary>(items, null);
        },
        cancellationToken);

    private RunSummary Summary(NpgsqlDataReader row) => new()
    {
        Id = new RunId(row.GetString(0)),
        PlanId = row.GetString(1),
        PlanVersion = row.GetString(2),
        BusinessKey = row.IsDBNull(3) ? null : row.GetString(3),
        Status = StoredStatus.To(row.GetString(4), database.Description),
        Version = row.GetInt64(5),
        Epoch = row.GetInt64(6),
        Node = row.IsDBNull(7) ? null : new NodeId(row.GetString(7)),
        CreatedAt = StoredTime.To(row.GetInt64(8)),
        UpdatedAt = StoredTime.To(row.GetInt64(9)),
    };
}
