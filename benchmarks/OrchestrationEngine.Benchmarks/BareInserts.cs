using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace OrchestrationEngine.Benchmarks;

/// <summary>
/// The durable floor: the very rows that the engine wrote, inserted into empty tables of the same form by prepared statements,
/// in the same number of transactions, on one connection with the same settings.
/// </summary>
internal static class BareInserts
{
    private static readonly string[] Tables = ["runs", "run_events", "step_attempts"];

    public static TimeSpan Run(string source, string folder, long transactions)
    {
        var (schema, rows) = Load(source);
        var target = Path.Combine(folder, Guid.NewGuid().ToString("N") + ".db");
        using var connection = new SqliteConnection($"Data Source={target};Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL");
        Execute(connection, "PRAGMA synchronous=FULL");
        foreach (var statement in schema)
        {
            Execute(connection, statement);
        }

        var inserts = rows.Select(table => Insert(connection, table.Table, table.Rows[0].Length)).ToArray();
        var total = rows.Sum(table => (long)table.Rows.Count);
        var clock = Stopwatch.StartNew();
        var (done, begun) = (0L, 0L);
        SqliteTransaction? transaction = null;
        for (var t = 0; t < rows.Count; t++)
        {
            foreach (var row in rows[t].Rows)
            {
                if (transaction is null || done * transactions >= begun * total)
                {
                    transaction?.Commit();
                    transaction = connection.BeginTransaction();
                    begun++;
                    foreach (var insert in inserts)
                    {
                        insert.Transaction = transaction;
                    }
                }

                for (var i = 0; i < row.Length; i++)
                {
                    inserts[t].Parameters[i].Value = row[i];
                }

                inserts[t].ExecuteNonQuery();
                done++;
            }
        }

        transaction?.Commit();
        return clock.Elapsed;
    }

    private static (List<string> Schema, List<(string Table, List<object[]> Rows)> Rows) Load(string source)
    {
        using var connection = new SqliteConnection($"Data Source={source};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var schema = new List<string>();
        using (var command = new SqliteCommand("SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%'", connection))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                schema.Add(reader.GetString(0));
            }
        }

        return (schema, [.. Tables.Select(table => (table, Read(connection, table)))]);
    }

    private static List<object[]> Read(SqliteConnection connection, string table)
    {
        using var command = new SqliteCommand($"SELECT * FROM {table}", connection);
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

    private static SqliteCommand Insert(SqliteConnection connection, string table, int columns)
    {
        var command = new SqliteCommand($"INSERT INTO {table} VALUES ({string.Join(", ", Enumerable.Range(0, columns).Select(i => "$p" + i))})", connection);
        for (var i = 0; i < columns; i++)
        {
            command.Parameters.Add(new SqliteParameter("$p" + i, null));
        }

        command.Prepare();
        return command;
    }

    private static void Execute(SqliteConnection connection, string statement)
    {
        using var command = new SqliteCommand(statement, connection);
        command.ExecuteNonQuery();
    }
}
