namespace OrchestrationEngine.PostgreSql.Tests;

/// <summary>What lies in the tables of a store.</summary>
internal static class Tables
{
    // None belongs to a run. What is of artifacts goes by their collection: a content may be one of several runs.
    private static readonly string[] NotOfRuns = ["schema_version", "nodes", "contents", "content_pieces", "artifact_links", "memos"];

    /// <summary>Counts the rows of all tables that there are, but for those that have nothing of runs.</summary>
    public static async Task<long> CountRowsAsync(this PostgreSqlStateStore store, Func<string, Task<object?>> execute)
    {
        await store.OpenAsync(Cluster.Ct);
        var tables = (string[])(await execute("SELECT array_agg(tablename::text ORDER BY tablename) FROM pg_tables WHERE schemaname = 'orchestration'"))!;
        Assert.Superset(NotOfRuns.ToHashSet(), tables.ToHashSet());
        var rows = 0L;
        foreach (var table in tables.Except(NotOfRuns))
        {
            rows += (long)(await execute($"SELECT count(*) FROM orchestration.{table}"))!;
        }

        return rows;
    }
}
