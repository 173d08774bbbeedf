using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Shared;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Tests;

public sealed class UsePostgreSqlTests
{
    [Fact]
    public async Task A_plan_runs_and_its_journal_and_attempts_can_be_read_by_people()
    {
        var database = await Cluster.CreateDatabaseAsync();
        RunId id;
        await using (var provider = Services(builder => builder.UsePostgreSql(database)))
        {
            var plan = new PlanBuilder("p").Phase("one", phase => phase.Task("a", "echo").Task("b", "fails")).Build();
            var run = await provider.GetRequiredService<IOrchestrator>().StartAsync(plan, cancellationToken: Journal.Ct);
            id = run.Id;
            await run.WaitAsync(Journal.Ct).WaitAsync(TimeSpan.FromSeconds(60), Journal.Ct);
        }

        await using var store = new PostgreSqlStateStore(new PostgreSqlStateStoreOptions { ConnectionString = database });
        Assert.Equal(RunStatus.Failed, (await store.FindAsync(id, Journal.Ct))?.Status);
        Assert.Equal("succeeded", await PostgreSqlServer.ExecuteAsync(database, "SELECT outcome FROM orchestration.attempts WHERE task = 'a' AND agent = 'echo' AND seconds >= 0", Journal.Ct));
        Assert.Contains("no luck", (string?)await PostgreSqlServer.ExecuteAsync(database, "SELECT max(error) FROM orchestration.attempts WHERE task = 'b' AND outcome = 'failed'", Journal.Ct), StringComparison.Ordinal);
        Assert.Equal("p", await PostgreSqlServer.ExecuteAsync(database, "SELECT payload #>> '{plan,id}' FROM orchestration.journal WHERE sequence = 1", Journal.Ct));
        Assert.Equal(id.Value, await PostgreSqlServer.ExecuteAsync(database, "SELECT run_id FROM orchestration.run_list WHERE status = 'failed'", Journal.Ct));
        Assert.Equal("2026-03-04T05:06:07.1234567Z", await PostgreSqlServer.ExecuteAsync(database, $"SELECT orchestration.ticks_as_text({Schema.StoredTime.From(Journal.Start)})", Journal.Ct));
        Assert.Equal("1969-12-31T23:59:59.9999999Z", await PostgreSqlServer.ExecuteAsync(database, "SELECT orchestration.ticks_as_text(-1)", Journal.Ct));
        Assert.Equal(0L, await PostgreSqlServer.ExecuteAsync(database, "SELECT count(*) FROM orchestration.node_list", Journal.Ct));
    }

    [Fact]
    public async Task Artifacts_and_remembered_results_are_in_the_database_too()
    {
        var database = await Cluster.CreateDatabaseAsync();
        ContentDigest digest;
        await using (var provider = Services(builder => builder.UsePostgreSql(database)))
        {
            digest = (await Assert.IsType<PostgreSqlArtifactStore>(provider.GetRequiredService<IArtifactStore>()).PutAsync(new RunId("run"), new MemoryStream([1]), 10, Journal.Ct)).Digest;
            Assert.Null(await Assert.IsType<PostgreSqlMemoStore>(provider.GetRequiredService<IMemoStore>()).FindAsync("key", Journal.Ct));
            Assert.Same(provider.GetRequiredService<PostgreSqlStateStore>(), provider.GetRequiredService<IStateStore>());
        }

        Assert.Equal($"run {digest}", await PostgreSqlServer.ExecuteAsync(database, "SELECT run_id || ' ' || digest FROM orchestration.artifacts", Journal.Ct));
    }

    [Fact]
    public async Task The_applications_own_connections_are_used_and_left_to_it()
    {
        var database = await Cluster.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await using (var provider = Services(
            builder => builder.UsePostgreSql((options, services) => (options.DataSource, options.Schema) = (services.GetRequiredService<NpgsqlDataSource>(), "mine")),
            source))
        {
            await provider.GetRequiredService<IStateStore>().CreateAsync("run");
        }

        await using var command = source.CreateCommand("SELECT count(*) FROM mine.runs");
        Assert.Equal(1L, await command.ExecuteScalarAsync(Journal.Ct));
    }

    private static ServiceProvider Services(Action<IOrchestrationBuilder> use, NpgsqlDataSource? source = null)
    {
        var services = new ServiceCollection();
        if (source is not null)
        {
            services.AddSingleton(source);
        }

        var builder = services.AddOrchestration();
        use(builder);
        builder.AddAgent("echo", (request, _, _) => Task.FromResult(AgentResult.Succeeded(request.Task)));
        builder.AddAgent("fails", (_, _, _) => throw new InvalidOperationException("no luck"));
        return services.BuildServiceProvider();
    }
}
