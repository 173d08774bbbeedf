using OrchestrationEngine.Sqlite.Native;

namespace OrchestrationEngine.Sqlite.Tests;

/// <summary>Another program on the same file, as a person with a shell is.</summary>
internal sealed class Shell(string file) : IDisposable
{
    private readonly Database _database = Database.Open(file, create: true, TimeSpan.Zero);

    public void Run(string sql) => _database.Execute(sql);

    public long Number(string sql) => _database.QueryNumber(sql);

    public string? Text(string sql) => _database.QueryText(sql);

    /// <summary>How SQLite would carry out a query, one step a line.</summary>
    public string Explain(string query)
    {
        var steps = new List<string>();
        using var statement = _database.Prepare("EXPLAIN QUERY PLAN " + query);
        while (statement.Step())
        {
            steps.Add(statement.Text(3));
        }

        return string.Join('\n', steps);
    }

    public void Dispose() => _database.Dispose();
}
