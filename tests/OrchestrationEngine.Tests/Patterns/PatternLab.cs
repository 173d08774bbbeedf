using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Execution;

namespace OrchestrationEngine.Tests.Patterns;

/// <summary>Runs a pattern on the store in memory, on a file, and with the process killed before and after each of its commits.</summary>
internal static class PatternLab
{
    private const string Key = "pattern";

    public static async Task ShowAsync(Pattern pattern)
    {
        var time = new ManualTimeProvider();
        await LiveAsync(pattern, new InMemoryStateStore(time), time, "in memory", isDisturbed: false);
        await OnFileAsync(pattern);
        foreach (var written in new[] { false, true })
        {
            for (var at = 1; await CrashAsync(pattern, at, written); at++)
            {
            }
        }
    }

    private static async Task OnFileAsync(Pattern pattern)
    {
        var folder = Directory.CreateTempSubdirectory("patterns-");
        try
        {
            var time = new ManualTimeProvider();
            await using var store = new SqliteStateStore(new SqliteStateStoreOptions { FilePath = Path.Combine(folder.FullName, "runs.db"), TimeProvider = time });
            await LiveAsync(pattern, store, time, "on SQLite", isDisturbed: false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> CrashAsync(Pattern pattern, int at, bool written)
    {
        var time = new ManualTimeProvider();
        var inner = new InMemoryStateStore(time);
        var crashing = new CrashingStateStore(inner, at, written);
        await using (var first = new PatternLife(pattern, crashing, time))
        {
            try
            {
                await first.GoAsync(Key, () => crashing.Crashed).Soon();
            }
            catch (SimulatedCrashException)
            {
                // The store says so to everybody who asks after its death.
            }
        }

        await LiveAsync(pattern, inner, time, $"killed {(written ? "after" : "before")} commit {at}", crashing.Crashed);
        return crashing.Crashed;
    }

    private static async Task LiveAsync(Pattern pattern, IStateStore store, ManualTimeProvider time, string where, bool isDisturbed)
    {
        await using var life = new PatternLife(pattern, store, time);
        RunId run;
        try
        {
            run = await life.GoAsync(Key, () => false).Soon();
        }
        catch (Exception e) when (e is TimeoutException or PlanInvalidException)
        {
            throw new InvalidOperationException($"{where}: {e.Message}\n{await life.TellAsync()}", e);
        }

        pattern.Check(await life.OutcomeAsync(run, where, isDisturbed));
    }
}
