using System.Globalization;
using OrchestrationEngine.Sqlite.Schema;

namespace OrchestrationEngine.Sqlite.Tests;

/// <summary>A file as the first version of the package left it, made by its migration alone.</summary>
internal static class OldFile
{
    public static void Make(string file, int unfinishedRuns)
    {
        using var shell = new Shell(file);
        shell.Run("PRAGMA journal_mode = WAL");
        shell.Run(Migration.All[0].Sql);
        shell.Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {StoreFile.ApplicationId}; PRAGMA user_version = 1"));
        for (var i = 1; i <= unfinishedRuns; i++)
        {
            Add(shell, $"run {i}", "running", """{"plan":{"id":"p","agents":[{"id":"b","uses":"builder"},{"id":"c"}],"phases":[{"id":"one","tasks":[{"id":"x","agent":"c"},{"id":"y","agent":"b"}]},{"id":"two","tasks":[{"id":"z","agent":"a"},{"id":"v","agent":"a"}]}]},"inputs":{}}""");
        }

        Add(shell, "ended", "succeeded", """{"plan":{"id":"p","phases":[{"id":"one","tasks":[{"id":"x","agent":"a"}]}]}}""");
        Add(shell, "damaged", "paused", """{"plan":""");
    }

    private static void Add(Shell shell, string id, string status, string created)
    {
        shell.Run($"INSERT INTO runs (run_id, plan_id, plan_version, status, version, created_at, updated_at) VALUES ('{id}', 'p', '1', '{status}', 2, 1, 2)");
        shell.Run($"INSERT INTO run_events (run_key, sequence, timestamp, type, schema_version, payload) SELECT run_key, 1, 1, 'run.created', 1, '{created}' FROM runs WHERE run_id = '{id}'");
        shell.Run($"INSERT INTO run_events (run_key, sequence, timestamp, type, schema_version, payload) SELECT run_key, 2, 2, 'run.started', 1, '{{}}' FROM runs WHERE run_id = '{id}'");
    }
}
