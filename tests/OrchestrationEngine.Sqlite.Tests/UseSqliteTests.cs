using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Sqlite.Tests;

public sealed class UseSqliteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_plan_runs_and_its_journal_is_in_the_file()
    {
        RunId id;
        await using (var provider = Services(_folder.File()))
        {
            var plan = new PlanBuilder("p").Phase("one", phase => phase.Task("a", "echo").Task("b", "echo", task => task.After("a"))).Build();
            var run = await provider.GetRequiredService<IOrchestrator>().StartAsync(plan, cancellationToken: Journal.Ct);
            id = run.Id;
            Assert.Equal(RunStatus.Succeeded, (await run.WaitAsync(Journal.Ct).WaitAsync(TimeSpan.FromSeconds(30), Journal.Ct)).Status);
        }

        await using var store = new SqliteStateStore(_folder.File());
        Assert.Equal(RunStatus.Succeeded, (await store.FindAsync(id, Journal.Ct))?.Status);
        Assert.IsType<RunCompleted>((await store.ReadAsync(id))[^1]);
        using var shell = new Shell(_folder.File());
        Assert.Equal(2, shell.Number("SELECT count(*) FROM attempts WHERE outcome = 'succeeded'"));
    }

    [Fact]
    public async Task Artifacts_and_remembered_results_are_in_the_file_too()
    {
        ContentDigest digest;
        await using (var provider = Services(_folder.File()))
        {
            digest = (await Assert.IsType<SqliteArtifactStore>(provider.GetRequiredService<IArtifactStore>()).PutAsync(new RunId("run"), new MemoryStream([1]), 10, Journal.Ct)).Digest;
            var entry = new MemoEntry { Run = new RunId("run"), Task = "a", Attempt = 1, Agent = "x", Output = JsonData.Null, At = Journal.Start };
            await Assert.IsType<SqliteMemoStore>(provider.GetRequiredService<IMemoStore>()).SaveAsync("key", entry, Journal.Ct);
            Assert.Same(provider.GetRequiredService<SqliteStateStore>(), provider.GetRequiredService<IStateStore>());
        }

        using var shell = new Shell(_folder.File());
        Assert.Equal($"run {digest}", shell.Text("SELECT run_id || ' ' || digest FROM artifacts"));
        Assert.Equal(1, shell.Number("SELECT count(*) FROM memos"));
    }

    [Fact]
    public async Task The_options_reach_the_store()
    {
        var services = new ServiceCollection();
        services.AddOrchestration().UseSqlite(options =>
        {
            options.FilePath = _folder.File("other.db");
            options.BusyTimeout = TimeSpan.Zero;
        });
        await using var provider = services.BuildServiceProvider();
        Assert.Equal(_folder.File("other.db"), Assert.IsType<SqliteStateStore>(provider.GetRequiredService<IStateStore>()).FilePath);
    }

    [Fact]
    public async Task The_clock_of_the_services_is_the_clock_of_the_store()
    {
        var time = new ManualTimeProvider();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time);
        services.AddOrchestration().UseSqlite(_folder.File());
        await using var provider = services.BuildServiceProvider();
        var store = provider.GetRequiredService<IStateStore>();
        await store.JoinAsync(new NodeRegistration { Name = "a", LeaseDuration = TimeSpan.FromMinutes(1) }, Journal.Ct);
        Assert.Equal(time.GetUtcNow(), Assert.Single(await store.ListNodesAsync(Journal.Ct)).JoinedAt);
    }

    [Fact]
    public void The_file_is_free_again_when_the_services_are_disposed_of()
    {
        using (var provider = Services(_folder.File()))
        {
            _ = provider.GetRequiredService<IStateStore>();
        }

        using var store = new SqliteStateStore(_folder.File());
    }

    private static ServiceProvider Services(string file)
    {
        var services = new ServiceCollection();
        services.AddOrchestration().UseSqlite(file).AddAgent("echo", (request, _, _) => Task.FromResult(AgentResult.Succeeded(request.Task)));
        return services.BuildServiceProvider();
    }
}
