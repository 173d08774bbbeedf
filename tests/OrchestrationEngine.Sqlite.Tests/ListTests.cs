using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Tests;

public sealed class ListTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteStateStore _store;

    public ListTests() => _store = new SqliteStateStore(_folder.File());

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Lists_and_sums_are_read_from_the_rows_of_the_runs_alone()
    {
        for (var i = 0; i < 30; i++)
        {
            var run = await _store.CreateAsync($"run {i}");
            await _store.AppendAsync(Journal.Note(run, 1, new string('x', 100_000)), Journal.Ct);
        }

        // What is not there can't be read.
        using (var shell = new Shell(_folder.File()))
        {
            shell.Run("DELETE FROM run_events; DELETE FROM step_attempts; DELETE FROM snapshots; DELETE FROM inbox");
        }

        foreach (var query in new[] { new RunQuery(), new RunQuery { PlanId = "plan" }, new RunQuery { Statuses = [RunStatus.Running] }, new RunQuery { UpdatedBefore = DateTimeOffset.MaxValue } })
        {
            var page = await _store.QueryAsync(query with { PageSize = 20 }, Journal.Ct);
            Assert.Equal((20, 2L), (page.Items.Count, page.Items[0].Version));
            Assert.Equal(10, (await _store.QueryAsync(query with { PageSize = 20, Continuation = page.Continuation }, Journal.Ct)).Items.Count);
        }

        var storage = Assert.Single(await _store.GetStorageAsync(Journal.Ct));
        Assert.Equal((30, 60, true), (storage.Runs, storage.Facts, storage.PayloadBytes > 3_000_000));
    }
}
