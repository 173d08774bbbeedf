using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>Kept states in a real file, over three lives of a process.</summary>
public sealed class SqliteSnapshotTests : IDisposable
{
    private const int Length = 30;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("states-");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_ends_in_the_same_way_whether_the_states_of_it_are_there_or_were_deleted(bool deleted)
    {
        var id = new RunId("run");
        await LiveAsync(id, until: 10);
        Assert.NotNull(await KeptAsync(id, deleted));
        await LiveAsync(id, until: 20);
        Assert.NotNull(await KeptAsync(id, deleted));
        var agent = await LiveAsync(id);

        // Each task once in all, but for those that were under way.
        Assert.Equal(Enumerable.Range(20, Length - 20).Select(task => $"t{task}"), agent.Calls.Select(call => call.Task));
        var inputs = agent.Calls[^1].Inputs;
        Assert.Equal(Enumerable.Range(0, Length - 1).Select(task => $"t{task}"), Enumerable.Range(0, Length - 1).Select(task => inputs.GetString($"i{task}")));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // Every task hands over its name, and the last one gets them all.
    private static OrchestrationPlan Plan() => TestEngine.Plan(plan => plan
        .Phase("one", phase =>
        {
            phase.Sequential();
            for (var i = 0; i < Length - 1; i++)
            {
                phase.Task($"t{i}", "x");
            }
        })
        .Phase("two", phase => phase.Task($"t{Length - 1}", "x", task =>
        {
            for (var i = 0; i < Length - 1; i++)
            {
                task.Bind($"i{i}", $"tasks.t{i}.output");
            }
        })));

    private SqliteStateStore Open() => new(Path.Combine(_folder.FullName, "runs.db"));

    // One life of a process: until a task is under way, or to the end of the run.
    private async Task<ScriptedAgent> LiveAsync(RunId id, int until = -1)
    {
        await using var store = Open();
        var agent = new ScriptedAgent();
        for (var i = 0; i < Length; i++)
        {
            _ = i == until ? agent.On($"t{i}").Hangs() : agent.On($"t{i}").Succeeds($"t{i}");
        }

        await using var engine = new TestEngine(store, agent, configure: options => options.SnapshotEvery = 5);
        await engine.Orchestrator.StartAsync(Plan(), new StartRunOptions { Id = id, BusinessKey = "one" }, TestEngine.Ending).Soon();
        if (until >= 0)
        {
            await agent.WaitForCallAsync($"t{until}", 1, TestEngine.Ending).Soon();
        }
        else
        {
            Assert.Equal(RunStatus.Succeeded, (await engine.Orchestrator.WaitAsync(id, TestEngine.Ending).Soon()).Status);
        }

        return agent;
    }

    private async Task<StateSnapshot?> KeptAsync(RunId id, bool delete)
    {
        await using var store = Open();
        var kept = await store.LoadSnapshotAsync(id, TestEngine.Ending);
        if (delete)
        {
            await store.DeleteSnapshotsAsync(TestEngine.Ending);
            Assert.Null(await store.LoadSnapshotAsync(id, TestEngine.Ending));
        }

        return kept;
    }
}
