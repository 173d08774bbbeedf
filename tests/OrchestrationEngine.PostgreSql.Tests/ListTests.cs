using OrchestrationEngine.Runs;
using OrchestrationEngine.Shared;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Tests;

public sealed class ListTests
{
    [Fact]
    public async Task Lists_and_sums_are_read_from_the_rows_of_the_runs_alone()
    {
        var database = await Cluster.CreateDatabaseAsync();
        await using var store = new PostgreSqlStateStore(new PostgreSqlStateStoreOptions { ConnectionString = database });
        for (var i = 0; i < 30; i++)
        {
            var run = await store.CreateAsync($"run {i}");
            await store.AppendAsync(Journal.Note(run, 1, new string('x', 100_000)), Journal.Ct);
        }

        // What is not there can't be read.
        await PostgreSqlServer.ExecuteAsync(database, "DROP TABLE orchestration.run_events, orchestration.run_snapshots, orchestration.inbox CASCADE", Journal.Ct);
        foreach (var query in new[] { new RunQuery(), new RunQuery { PlanId = "plan" }, new RunQuery { Statuses = [RunStatus.Running] }, new RunQuery { UpdatedBefore = DateTimeOffset.MaxValue } })
        {
            var page = await store.QueryAsync(query with { PageSize = 20 }, Journal.Ct);
            Assert.Equal((20, 2L), (page.Items.Count, page.Items[0].Version));
            Assert.Equal(10, (await store.QueryAsync(query with { PageSize = 20, Continuation = page.Continuation }, Journal.Ct)).Items.Count);
        }

        var storage = Assert.Single(await store.GetStorageAsync(Journal.Ct));
        Assert.Equal((30, 60, true), (storage.Runs, storage.Facts, storage.PayloadBytes > 3_000_000));
    }
}
