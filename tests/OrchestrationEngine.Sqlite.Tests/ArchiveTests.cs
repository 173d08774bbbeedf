using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Retention;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Tests;

public sealed class ArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_leaves_the_file_for_its_bundle_and_comes_back_as_it_was()
    {
        var services = new ServiceCollection();
        services.AddOrchestration().UseSqlite(_folder.File()).AddAgent("x", (_, _, _) => Task.FromResult(AgentResult.Succeeded(JsonData.Parse("{\n \"a\" : \"🎉\"\r\n}"))));
        await using var provider = services.BuildServiceProvider();
        var orchestrator = provider.GetRequiredService<IOrchestrator>();
        var retention = provider.GetRequiredService<IRunRetention>();
        var plan = new PlanBuilder("plan").Phase("one", phase =>
        {
            foreach (var task in Enumerable.Range(0, 300))
            {
                phase.Task($"t{task}", "x");
            }
        }).Build();
        var run = await orchestrator.StartAsync(plan, new StartRunOptions { BusinessKey = "key" }, Ct);
        Assert.Equal(RunStatus.Succeeded, (await run.WaitAsync(Ct).WaitAsync(TimeSpan.FromSeconds(60), Ct)).Status);
        Assert.IsType<SqliteStateStore>(provider.GetRequiredService<IStateStore>());
        var rows = Rows();
        var storage = await retention.GetStorageAsync(Ct);

        var report = await retention.ApplyAsync(new RetentionRule { After = TimeSpan.Zero, ArchiveFolder = _folder.File("archive") }, Ct);
        Assert.Equal((1, 1), (report.Runs, report.Archived));
        Assert.Empty(report.Problems);
        Assert.Empty(await retention.GetStorageAsync(Ct));
        Assert.Equal("nothing", Rows());
        await retention.CompactAsync(Ct);

        await using var bundle = File.OpenRead(Assert.Single(Directory.GetFiles(_folder.File("archive"))));
        Assert.Equal(run.Id, await retention.RestoreAsync(bundle, Ct));
        Assert.Equal(rows, Rows());
        Assert.Equal(storage, await retention.GetStorageAsync(Ct));
        Assert.Equal(run.Id, (await orchestrator.StartAsync(plan, new StartRunOptions { BusinessKey = "key" }, Ct)).Id);

        // Everything that people can look at with a shell.
        string Rows()
        {
            using var shell = new Shell(_folder.File());
            return shell.Text("""
                SELECT COALESCE(group_concat(line, char(10)), 'nothing') FROM (
                    SELECT run_id || status || version || business_key || created || updated AS line FROM run_list
                    UNION ALL SELECT run_id || task || attempt || outcome || started || ended FROM attempts
                    UNION ALL SELECT run_id || sequence || time || type || schema_version || payload FROM journal
                    ORDER BY line)
                """)!;
        }
    }
}
