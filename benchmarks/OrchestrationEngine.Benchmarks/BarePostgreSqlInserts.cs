using System.Diagnostics;
using Npgsql;

namespace OrchestrationEngine.Benchmarks;

/// <summary>
/// The floor on PostgreSQL: the very rows that the engine wrote, inserted into empty tables of the same form by prepared statements, in the same number of
/// transactions, each with its share of every table, sent and committed in one round trip on one connection of the same server.
/// </summary>
internal sealed class BarePostgreSqlInserts : IAsyncDisposable
{
    private static readonly string[] TableNames = ["runs", "run_events"];
    private readonly NpgsqlConnection _connection;
    private readonly List<(string Insert, List<object[]> Rows)> _tables = [];

    private BarePostgreSqlInserts(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Reads the rows of the first runs that the engine wrote into a database.</summary>
    public static async Task<BarePostgreSqlInserts> CreateAsync(string connectionString, int runs)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        var bare = new BarePostgreSqlInserts(connection);
        await bare.ExecuteAsync("DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare");
        foreach (var table in TableNames)
        {
            await bare.ExecuteAsync($"CREATE TABLE bare.{table} (LIKE orchestration.{table} INCLUDING ALL)");
            var rows = await bare.ReadAsync($"SELECT * FROM orchestration.{table} WHERE run_key IN (SELECT run_key FROM orchestration.runs ORDER BY run_key LIMIT {runs})");
            var values = string.Join(", ", Enumerable.Range(1, rows[0].Length).Select(i => "$" + i));
            bare._tables.Add(($"INSERT INTO bare.{table} OVERRIDING SYSTEM VALUE VALUES ({values})", rows));
        }

        return bare;
    }

    public async Task<TimeSpan> RunAsync(long transactions)
    {
        await ExecuteAsync("TRUNCATE bare.runs, bare.run_events");
        await ExecuteAsync("CHECKPOINT");
        var clock = Stopwatch.StartNew();
        for (var commit = 0L; commit < transactions; commit++)
        {
            await using var batch = _connection.CreateBatch();
            foreach (var (insert, rows) in _tables)
            {
                // Each transaction has its share of every table, as the engine's have.
                var end = (int)(rows.Count * (commit + 1) / transactions);
                for (var r = (int)(rows.Count * commit / transactions); r < end; r++)
                {
                    var command = new NpgsqlBatchCommand(insert);
                    foreach (var value in rows[r])
                    {
                        command.Parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = Typed(value) });
                    }

                    batch.BatchCommands.Add(command);
                }
            }

            await batch.PrepareAsync();
            await batch.ExecuteNonQueryAsync();
        }

        return clock.Elapsed;
    }

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    private static NpgsqlTypes.NpgsqlDbType Typed(object value) => value switch
    {
        long => NpgsqlTypes.NpgsqlDbType.Bigint,
        int => NpgsqlTypes.NpgsqlDbType.Integer,
        short => NpgsqlTypes.NpgsqlDbType.Smallint,
        string[] => NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Text,
        _ => NpgsqlTypes.NpgsqlDbType.Unknown,
    };

    private async Task<List<object[]>> ReadAsync(string query)
    {
        await using var command = new NpgsqlCommand(query, _connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object[]>();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    private async Task ExecuteAsync(string statement)
    {
        await using var command = new NpgsqlCommand(statement, _connection);
        await command.ExecuteNonQueryAsync();
    }
}
