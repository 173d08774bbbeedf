using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Runs;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>The process dies before and after every commit there is; whatever is left in the store must lead to the same end.</summary>
public sealed class ManyCrashesTests
{
    private static readonly OrchestrationPlan Whole = Plan(plan => plan
        .Input("env")
        .OnFailure(FailureMode.FinishWhatCan, 2)
        .Phase("build", phase => phase.Parallel()
            .Task("fetch", "x")
            .Task("left", "x", task => task.After("fetch").Retry(3, TimeSpan.FromSeconds(5)))
            .Task("right", "x", task => task.After("fetch"))
            .Task("join", "x", task => task.Bind("l", "tasks.left.output").Bind("r", "tasks.right.output")))
        .Phase("optional", phase => phase.When("inputs.env == 'prod'").Task("never", "x"))
        .Phase("wanted", phase => phase.When("tasks.join.output.ok").Task("then", "x"))
        .Phase("doomed", phase => phase.DependsOn("build").OnFailure(FailureMode.FinishWhatCan).Task("fails", "x").Task("after", "x", task => task.After("fails")))
        .Phase("slow", phase => phase.DependsOn("build").OnFailure(FailureMode.FinishWhatCan, 1).Parallel()
            .Task("hangs", "x", task => task.Timeout(TimeSpan.FromSeconds(30)))
            .Task("deaf", "x", task => task.Timeout(TimeSpan.FromSeconds(40)).Retry(2, TimeSpan.FromSeconds(1)))));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_ends_the_same_way_whichever_commit_the_process_dies_at(bool written)
    {
        var undisturbed = await LiveAsync(int.MaxValue, written);
        Assert.Equal(RunStatus.Succeeded, undisturbed.End.Status);
        var crash = 1;
        while (true)
        {
            var disturbed = await LiveAsync(crash, written);
            if (!disturbed.Crashed)
            {
                break;
            }

            RequireSame(undisturbed, disturbed, $"crash {(written ? "after" : "before")} commit {crash}");
            crash++;
        }

        // Outcomes that come together share a commit, so how many there are differs; those that time keeps apart are at least so many.
        Assert.True(crash > 10, $"There were {crash} commits.");
    }

    [Fact]
    public async Task A_run_ends_the_same_way_when_every_life_of_the_process_is_short()
    {
        var undisturbed = await LiveAsync(int.MaxValue, false);

        // Shorter ones get nowhere: finding the run, taking it up, and two facts about each of two time limits are a commit each.
        for (var length = 7; length < 12; length++)
        {
            foreach (var written in new[] { true, false })
            {
                RequireSame(undisturbed, await LiveAsync(length, written, again: true), $"a crash at every commit {length}, written: {written}");
            }
        }
    }

    private static void RequireSame(Outcome expected, Outcome actual, string where)
    {
        try
        {
            Assert.Equal(expected.End.Status, actual.End.Status);
            Assert.Equal(expected.Snapshot.Phases.Select(phase => (phase.Id, phase.Status)), actual.Snapshot.Phases.Select(phase => (phase.Id, phase.Status)));
            Assert.Equal(expected.Snapshot.Tasks.Select(task => (task.Id, task.Status, task.Output)), actual.Snapshot.Tasks.Select(task => (task.Id, task.Status, task.Output)));
            var ended = new HashSet<string>();
            foreach (var fact in actual.Journal.Select(recorded => recorded.Event))
            {
                Assert.True(fact is not AttemptStarted started || !ended.Contains(started.Task), $"{fact} after its success");
                Assert.True(fact is not AttemptSucceeded succeeded || ended.Add(succeeded.Task), $"{fact} twice");
            }
        }
        catch (Exception e)
        {
            Assert.Fail($"{where}: {e.Message}\n{string.Join('\n', actual.Journal.Select(FactText.Of))}");
        }
    }

    private static async Task<Outcome> LiveAsync(int at, bool written, bool again = false)
    {
        var (time, agent, id) = (new ManualTimeProvider(), Script(), new RunId("r"));
        var inner = new InMemoryStateStore(time);
        var crashed = false;
        for (var life = 1; ; life++)
        {
            var store = life == 1 || again ? new CrashingStateStore(inner, at, written) : null;
            await using var engine = new TestEngine((IStateStore?)store ?? inner, agent, time, options => options.StopGracePeriod = TimeSpan.FromSeconds(10));
            try
            {
                await engine.Orchestrator.StartAsync(Whole, new StartRunOptions { BusinessKey = "k", Id = id, Inputs = new Dictionary<string, JsonData> { ["env"] = JsonData.String("test") } }, Ending).Soon();
                await EndAsync(engine, id, store);
                var end = await engine.Orchestrator.WaitAsync(id, Ending).Soon();
                return new Outcome(end, (await engine.Orchestrator.GetAsync(id, Ending).Soon())!, await inner.ReadAsync(id, 0, Ending).ToListAsync(Ending), crashed);
            }
            catch (SimulatedCrashException)
            {
                crashed = true;
            }

            Assert.True(life < 100, $"It does not come to an end.\n{string.Join('\n', (await inner.ReadAsync(id, 0, Ending).ToListAsync(Ending)).TakeLast(40).Select(FactText.Of))}");
        }
    }

    // The clock goes on while nothing else does; a dead process is seen by the next look at its store.
    private static async Task EndAsync(TestEngine engine, RunId id, CrashingStateStore? store)
    {
        var since = Environment.TickCount64;
        while (!(await engine.Store.FindAsync(id, Ending))!.Status.IsTerminal())
        {
            Assert.True(Environment.TickCount64 - since < 20_000, "It does not end.");
            engine.Time.Advance(TimeSpan.FromSeconds(1));
            if (store is { Crashed: true })
            {
                throw new SimulatedCrashException();
            }

            await Task.Yield();
        }
    }

    private static ScriptedAgent Script()
    {
        var agent = new ScriptedAgent();
        var failedOnce = new HashSet<string>();
        agent.On("left").Does((request, _, _) => Task.FromResult(request.Attempt < 3 && failedOnce.Add($"left {request.Attempt}")
            ? AgentResult.Failed(FailureClass.Unavailable, "Not now.")
            : AgentResult.Succeeded("left")));
        agent.On("right").Succeeds("right");
        agent.On("join").Succeeds(JsonData.Parse("""{"ok":true}"""));
        agent.On("fails").Fails(FailureClass.Permanent);
        agent.On("hangs").Hangs();
        agent.On("deaf").Hangs(ignoreCancellation: true);
        return agent;
    }

    private sealed record Outcome(RunResult End, RunSnapshot Snapshot, List<RecordedEvent> Journal, bool Crashed);
}
