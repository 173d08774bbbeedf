using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>The process dies just before or just after each of its commits, with tasks that have items of every kind under way, and the next one goes on.</summary>
public sealed class FanOutCrashTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fan-outs-");
    private int _files;

    // A list that fails once at one item, one that has enough with the first, one to which a caller adds, a join of which each is an item, one that nobody waits for.
    private static readonly OrchestrationPlan Whole = Plan(plan => plan
        .Input("list", false, JsonData.Parse("[1,2,3]"))
        .Phase("fan", phase => phase.Parallel()
            .Task("all", "x", task => task.ForEach("inputs.list", maxParallel: 2).Bind("item", "item").Retry(3, TimeSpan.Zero))
            .Task("some", "x", task => task.ForEach("inputs.list", join: new JoinDefinition { Kind = JoinKind.AtLeast, Count = 1, CancelRest = true }))
            .Task("open", "x", task => task.ForEach("inputs.list", open: true).Bind("item", "item"))
            .Task("a", "x")
            .Task("b", "x", task => task.After("a"))
            .Task("each", "x", task => task.After("a", "b").Join(new JoinDefinition { Kind = JoinKind.Each }))
            .Task("alone", "x", task => task.ForEach("inputs.list", join: new JoinDefinition { Kind = JoinKind.None }))
            .Task("turns", "x", task => task.ForEach("inputs.list").Repeat("turn == 2", 5)))
        .Phase("end", phase => phase.Task("last", "x", task => task.Bind("all", "tasks.all.output"))));

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_run_ends_the_same_way_whichever_commit_the_process_dies_at(bool written, bool sqlite)
    {
        var undisturbed = await LiveAsync(Open(sqlite));
        Assert.Contains("task all: [\"1\",\"2\",\"3\"]", undisturbed);
        Assert.Contains("task open: [\"1\",\"2\",\"3\",\"4\",\"5\"]", undisturbed);
        Assert.Contains("run: Succeeded", undisturbed);
        for (var at = 1; ; at++)
        {
            var inner = Open(sqlite);
            var crashing = new CrashingStateStore(inner, at, written);
            await DieAsync(crashing);
            Assert.Equal(undisturbed, await LiveAsync(inner));
            if (!crashing.Crashed)
            {
                Assert.True(at > 10, $"Only {at} commits were disturbed.");
                return;
            }
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private IStateStore Open(bool sqlite) => sqlite ? new SqliteStateStore(Path.Combine(_folder.FullName, $"{++_files}.db")) : new InMemoryStateStore(new ManualTimeProvider());

    private static ScriptedAgent Agent()
    {
        var agent = new ScriptedAgent();
        foreach (var task in new[] { "all", "open" })
        {
            agent.On(task).Does((request, _, _) => Task.FromResult(request is { Index: 1, Attempt: 1, Task: "all" }
                ? AgentResult.Failed(FailureClass.Unavailable, "Not yet.")
                : AgentResult.Succeeded(request.Inputs["item"].ToString())));
        }

        agent.On("some").Does(async (request, _, cancellationToken) =>
        {
            if (request.Index > 0)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return AgentResult.Succeeded("first");
        });
        return agent;
    }

    private static async Task DieAsync(CrashingStateStore store)
    {
        try
        {
            await RunAsync(store, () => store.Crashed);
        }
        catch (SimulatedCrashException)
        {
            // The store says so to everybody who asks after its death.
        }
    }

    private static async Task<List<string>> LiveAsync(IStateStore store)
    {
        var end = EndOf(await RunAsync(store, () => false));
        if (store is IAsyncDisposable file)
        {
            await file.DisposeAsync();
        }

        return end;
    }

    /// <summary>One life of a process and of its caller, who does again whatever he does not know to be done.</summary>
    private static async Task<List<RecordedEvent>> RunAsync(IStateStore store, Func<bool> dead)
    {
        await using var engine = new TestEngine(store, Agent(), configure: options =>
        {
            // Few at a time, so that what one commit could hold takes many; two of them may be those that hang.
            options.MaxConcurrentAttempts = 3;
            options.SnapshotEvery = 7;
        });
        var run = await engine.Orchestrator.StartAsync(Whole, new StartRunOptions { BusinessKey = "key" }, Ending).Soon();
        while (!dead() && (await engine.Orchestrator.GetAsync(run.Id, Ending).Soon())!.FindTask("open") is { Status: RunTaskStatus.Pending })
        {
            await Task.Yield();
        }

        await engine.Orchestrator.AddItemsAsync(run.Id, "open", [JsonData.Parse("4"), JsonData.Parse("5")], "more", Ending).Soon();
        await engine.Orchestrator.SealAsync(run.Id, "open", Ending).Soon();
        var end = run.WaitAsync(Ending);
        while (!end.IsCompleted && !dead())
        {
            await Task.Yield();
        }

        return dead() ? [] : await engine.FactsOf(run.Id);
    }

    private static List<string> EndOf(List<RecordedEvent> journal)
    {
        var state = journal.Aggregate((RunState?)null, (state, recorded) =>
        {
            if (state is null)
            {
                return RunFold.Begin(new RunId("any"), recorded, PlanGraph.Compile(((RunCreated)recorded.Event).Plan), TimeSpan.Zero);
            }

            RunFold.Apply(state, recorded);
            return state;
        })!;
        Assert.Equal(Enumerable.Range(1, journal.Count), journal.Select(recorded => (int)recorded.Sequence));
        return
        [
            .. RunSnapshot.Of(state).Tasks.Select(task => $"task {task.Id}: {task.Output}"),
            .. RunSnapshot.Of(state).Tasks.Select(task => $"task {task.Id}: {task.Status} {string.Join(' ', RunItem.Of(state, task.Id, 0, 100)!.Select(item => item.Status))}"),
            .. RunSnapshot.Of(state).Phases.Select(phase => $"phase {phase.Id}: {phase.Status}"),
            $"run: {state.Status}",
        ];
    }
}
