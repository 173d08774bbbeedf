using Microsoft.Data.Sqlite;
using OrchestrationEngine.Faults.Disturbing;

namespace OrchestrationEngine.Faults.Stores;

/// <summary>One SQLite file for all nodes.</summary>
internal sealed class SqliteFile(string folder) : ITestedStore
{
    public string Connection { get; } = Path.Combine(folder, "runs.db");

    public IReadOnlyList<FaultKind> Faults { get; } = [FaultKind.LockStore];

    public string ConnectionOf(int slot) => Connection;

    public async Task DisturbAsync(Fault fault)
    {
        await using var connection = new SqliteConnection($"Data Source={Connection};Pooling=False;Default Timeout=30");
        await connection.OpenAsync();
        await ExecuteAsync(connection, "BEGIN IMMEDIATE");
        await Task.Delay(fault.For, TimeProvider.System);
        await ExecuteAsync(connection, "ROLLBACK");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
