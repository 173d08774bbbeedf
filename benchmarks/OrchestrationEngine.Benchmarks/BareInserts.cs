using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace OrchestrationEngine.Benchmarks;

/// <summary>
/// The durable floor: the very rows that the engine wrote, inserted into empty tables of the same form by prepared statements,
/// in the same number of transactions, each with its share of every table, on one connection with the same settings.
/// </summary>
internal sealed class BareInserts : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly List<(SqliteCommand Insert, List<object[]> Rows)> _tables = [];

    /// <summary>Reads the rows of the first runs in a file that the engine wrote.</summary>
    public BareInserts(string source, string folder, int runs)
    {
        _connection = new SqliteConnection($"Data Source={Path.Combine(folder, Guid.NewGuid().ToString("N") + ".db")};Pooling=False");
        _connection.Open();
        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=FULL");
        using var engine = new SqliteConnection($"Data Source={source};Mode=ReadOnly;Pooling=False");
        engine.Open();
        foreach (var statement in Read(engine, "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"))
        {
            Execute((string)statement[0]);
        }

        foreach (var table in new[] { "runs", "run_events", "step_attempts" })
        {
            var rows = Read(engine, $"SELECT * FROM {table} WHERE run_key IN (SELECT run_key FROM runs ORDER BY run_key LIMIT {runs})");
            _tables.Add((Prepare(table, rows[0].Length), rows));
        }
    }

    public TimeSpan Run(long transactions)
    {
        foreach (var (insert, _) in _tables)
        {
            insert.Transaction = null;
        }

        Execute("DELETE FROM runs; DELETE FROM run_events; DELETE FROM step_attempts; PRAGMA wal_checkpoint(RESTART)");
        var clock = Stopwatch.StartNew();
        for (var commit = 0L; commit < transactions; commit++)
        {
            using var transaction = _connection.BeginTransaction();
            foreach (var (insert, rows) in _tables)
            {
                // Each transaction has its share of every table, as the engine's have.
                var end = (int)(rows.Count * (commit + 1) / transactions);
                insert.Transaction = transaction;
                for (var r = (int)(rows.Count * commit / transactions); r < end; r++)
                {
                    Insert(insert, rows[r]);
                }
            }

            transaction.Commit();
        }

        return clock.Elapsed;
    }

    public void Dispose()
    {
        foreach (var (insert, _) in _tables)
        {
            insert.Dispose();
        }

        _connection.Dispose();
    }

    private static void Insert(SqliteCommand insert, object[] row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            insert.Parameters[i].Value = row[i];
        }

        insert.ExecuteNonQuery();
    }

    private static List<object[]> Read(SqliteConnection connection, string query)
    {
        using var command = new SqliteCommand(query, connection);
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    private SqliteCommand Prepare(string table, int columns)
    {
        var command = new SqliteCommand($"INSERT INTO {table} VALUES ({string.Join(", ", Enumerable.Range(0, columns).Select(i => "$p" + i))})", _connection);
        for (var i = 0; i < columns; i++)
        {
            command.Parameters.Add(new SqliteParameter("$p" + i, null));
        }

        command.Prepare();
        return command;
    }

    private void Execute(string statement)
    {
        using var command = new SqliteCommand(statement, _connection);
        command.ExecuteNonQuery();
    }
}
