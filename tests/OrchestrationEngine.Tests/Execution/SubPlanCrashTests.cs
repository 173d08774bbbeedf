using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Runs;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>The process dies before and after every commit of a run and of those that do its tasks; they must come to the same end together.</summary>
public sealed class SubPlanCrashTests : IDisposable
{
    private static readonly RunId Top = new("top");

    // The first run that does the task fails, the second waits for its time; meanwhile the parent waits for a signal.
    private static readonly OrchestrationPlan Whole = Plan(plan => plan
        .Output("made", "${tasks.child.output.made}")
        .Output("heard", "${tasks.heard.output}")
        .Phase("one", phase => phase.Parallel()
            .SubPlan("child", InnerOf(InnerOf(null)), task => task.Retry(2, TimeSpan.FromSeconds(5)))
            .Signal("heard", "go")
            .Task("after", "x", task => task.After("child", "heard"))));

    private static readonly OrchestrationPlan Deep = Plan(plan => plan.Phase("one", phase => phase.SubPlan("child", InnerOf(InnerOf(null)))));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("children-");
    private int _files;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Parent_and_children_end_the_same_way_whichever_commit_the_process_dies_at(bool written, bool sqlite)
    {
        var undisturbed = await LiveAsync(Whole, int.MaxValue, written, sqlite, SignalAsync);
        Assert.Equal("top Succeeded {\"made\":\"made\",\"heard\":7}; top/child#1 Failed null; top/child#1/child#1 Failed null; top/child#2 Succeeded {\"made\":\"made\"}; top/child#2/child#1 Succeeded {\"made\":\"made\"}", undisturbed.End);
        await DieEverywhereAsync(undisturbed.End, at => LiveAsync(Whole, at, written, sqlite, SignalAsync));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Whoever_cancels_a_run_cancels_all_below_it_whichever_commit_the_process_dies_at(bool written, bool sqlite)
    {
        const string End = "top Canceled null; top/child#1 Canceled null; top/child#1/child#1 Canceled null";
        Assert.Equal(End, (await LiveAsync(Deep, int.MaxValue, written, sqlite, CancelAsync)).End);
        await DieEverywhereAsync(End, at => LiveAsync(Deep, at, written, sqlite, CancelAsync));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static OrchestrationPlan InnerOf(OrchestrationPlan? below) => Plan(plan => plan
        .Output("made", below is null ? "${tasks.leaf.output}" : "${tasks.child.output.made}")
        .Phase("one", phase => _ = below is null ? phase.Wait("time", TimeSpan.FromSeconds(3)).Task("leaf", "x", task => task.After("time")) : phase.SubPlan("child", below)));

    private static async Task DieEverywhereAsync(string expected, Func<int, Task<(string End, string Journals, bool Crashed)>> live)
    {
        var crash = 1;
        while (true)
        {
            var (end, journals, crashed) = await live(crash);
            Assert.True(expected == end, $"crash at commit {crash}: {end}\n{journals}");
            if (!crashed)
            {
                break;
            }

            crash++;
        }

        Assert.True(crash > 10, $"There were {crash} commits.");
    }

    // It may be sent again by the next life, for nobody told this one that it has come.
    private static async Task SignalAsync(TestEngine engine)
    {
        if (!(await engine.Orchestrator.GetAsync(Top, Ending).Soon())!.Signals.Any())
        {
            await engine.Orchestrator.SignalAsync(Top, "go", JsonData.Parse("7"), Ending).Soon();
        }
    }

    // When the agent of the deepest is under way.
    private static async Task CancelAsync(TestEngine engine)
    {
        if (engine.Agent.Running > 0 && (await engine.Store.FindAsync(Top, Ending)) is { Status: RunStatus.Running })
        {
            await engine.Orchestrator.CancelAsync(Top, "Enough.", Ending).Soon();
        }
    }

    private async Task<(string End, string Journals, bool Crashed)> LiveAsync(OrchestrationPlan plan, int at, bool written, bool sqlite, Func<TestEngine, Task> act)
    {
        var time = new ManualTimeProvider();
        IStateStore inner = sqlite
            ? new SqliteStateStore(new SqliteStateStoreOptions { FilePath = Path.Combine(_folder.FullName, $"{++_files}.db"), TimeProvider = time, Synchronous = SqliteSynchronous.Normal })
            : new InMemoryStateStore(time);
        await using var disposable = inner as IAsyncDisposable;
        var crashed = false;
        for (var life = 1; ; life++)
        {
            var store = life == 1 ? new CrashingStateStore(inner, at, written) : null;
            await using var engine = new TestEngine((IStateStore?)store ?? inner, Script(plan == Deep), time, options => options.StopGracePeriod = TimeSpan.FromMinutes(5));
            try
            {
                await engine.Orchestrator.StartAsync(plan, new StartRunOptions { BusinessKey = "k", Id = Top }, Ending).Soon();
                await EndAsync(engine, store, act);
                return (await DescribeAsync(inner, engine), await JournalsAsync(inner), crashed);
            }
            catch (SimulatedCrashException)
            {
                crashed = true;
            }
        }
    }

    private static ScriptedAgent Script(bool hangs)
    {
        var agent = new ScriptedAgent();
        agent.On("after").Succeeds();
        if (hangs)
        {
            agent.On("leaf").Hangs();
        }
        else
        {
            agent.On("leaf").Does((request, _, _) => Task.FromResult(request.Run.Value.Contains("#2/", StringComparison.Ordinal)
                ? AgentResult.Succeeded("made")
                : AgentResult.Failed(FailureClass.Permanent, "Not this one.")));
        }

        return agent;
    }

    private static async Task EndAsync(TestEngine engine, CrashingStateStore? store, Func<TestEngine, Task> act)
    {
        var since = Environment.TickCount64;
        while ((await RunsAsync(engine.Store)).Any(run => !run.Status.IsTerminal()))
        {
            Assert.True(Environment.TickCount64 - since < 60_000, "It does not end.\n" + await JournalsAsync(engine.Store));
            try
            {
                // What goes through the store is looked for as time passes.
                var acted = act(engine);
                while (!acted.IsCompleted && store is not { Crashed: true })
                {
                    engine.Time.Advance(TimeSpan.FromSeconds(1));
                    await Task.Yield();
                }

                if (acted.IsCompleted)
                {
                    await acted;
                }
            }
            catch (RunRefusedException)
            {
                // It had come to its end in between.
            }

            engine.Time.Advance(TimeSpan.FromSeconds(1));
            if (store is { Crashed: true })
            {
                throw new SimulatedCrashException();
            }

            await Task.Yield();
        }
    }

    private static async Task<IReadOnlyList<RunSummary>> RunsAsync(IStateStore store)
        => [.. (await store.QueryAsync(new RunQuery(), Ending)).Items.OrderBy(run => run.Id.Value, StringComparer.Ordinal)];

    private static async Task<string> DescribeAsync(IStateStore store, TestEngine engine)
    {
        var ends = new List<string>();
        foreach (var run in await RunsAsync(store))
        {
            ends.Add($"{run.Id} {run.Status} {(await engine.Orchestrator.WaitAsync(run.Id, Ending).Soon()).Output}");
        }

        return string.Join("; ", ends);
    }

    private static async Task<string> JournalsAsync(IStateStore store)
    {
        var lines = new List<string>();
        foreach (var run in await RunsAsync(store))
        {
            lines.Add($"{run.Id}:");
            lines.AddRange((await store.ReadAsync(run.Id, 0, Ending).ToListAsync(Ending)).Select(fact => "  " + FactText.Of(fact)));
        }

        return string.Join('\n', lines);
    }
}
