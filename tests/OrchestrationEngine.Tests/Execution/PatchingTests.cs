using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Runs;

namespace OrchestrationEngine.Tests.Execution;

public sealed class PatchingTests
{
    private static CancellationToken Ending => TestEngine.Ending;

    [Fact]
    public async Task A_caller_changes_the_plan_of_a_run_and_sees_what_is_different()
    {
        await using var engine = new TestEngine();
        var (a, n) = (new TaskCompletionSource(), new TaskCompletionSource());
        engine.Agent.On("a").Does(async (_, _, _) => { await a.Task; return AgentResult.Succeeded("made"); });
        engine.Agent.On("b").Succeeds();
        engine.Agent.On("n").Does((request, _, _) => Task.FromResult(AgentResult.Succeeded(request.Inputs["from"])));
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")));
        await engine.SeenAsync(run.Id, "attempt.started a#1");
        var result = await engine.Orchestrator.PatchAsync(
            run.Id,
            PlanPatch.Read("""{ "changes": [{ "addTask": { "phase": "one", "before": "b", "task": { "id": "n", "agent": "x", "inputs": { "from": "${tasks.a.output}" } } } }] }"""),
            "me",
            "One more.",
            Ending).Soon();
        Assert.True(result.IsAccepted);
        Assert.Equal("+ task 'n'\n+ task 'a' before task 'n'\n+ task 'n' before task 'b' (order only)\n- task 'a' before task 'b' (order only)", result.Difference!.ToString());
        Assert.IsType<PlanPatched>((await engine.FactsOf(run.Id))[(int)result.Sequence!.Value - 1].Event);

        // The attempt that was under way reports to the task that has another number now.
        a.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        var snapshot = (await engine.Orchestrator.GetAsync(run.Id, Ending).Soon())!;
        Assert.Equal(["a", "n", "b"], snapshot.Plan.Phases[0].Tasks.Select(task => task.Id));
        Assert.Equal(JsonData.String("made"), snapshot.FindTask("n")!.Output);
    }

    [Fact]
    public async Task A_change_that_is_refused_is_told_with_all_problems_and_the_run_goes_on()
    {
        await using var engine = new TestEngine();
        var a = new TaskCompletionSource();
        engine.Agent.On("a").Does(async (_, _, _) => { await a.Task; return AgentResult.Succeeded(); });
        var run = await engine.StartAsync(TestEngine.Single());
        await engine.SeenAsync(run.Id, "attempt.started a#1");
        var result = await engine.Orchestrator.PatchAsync(
            run.Id,
            PlanPatch.Of(PlanChange.SkipTask("a", "No."), PlanChange.AddTask("one", new TaskDefinition { Id = "b", Agent = "nobody" })),
            "me",
            "Why not.",
            Ending).Soon();
        Assert.False(result.IsAccepted);
        Assert.Equal(["/changes/0/skipTask", "/changes/1/addTask/task/agent"], result.Problems.Select(problem => problem.Pointer));
        a.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        var refused = (await engine.FactsOf(run.Id)).Select(fact => fact.Event).OfType<PlanPatchRefused>().Single();
        Assert.Equal(("me", "Why not."), (refused.Author, refused.Reason));
        Assert.Equal(result.Problems, refused.Problems);
        await Assert.ThrowsAsync<RunRefusedException>(() => engine.Orchestrator.PatchAsync(run.Id, PlanPatch.Of(PlanChange.SkipTask("a", "No.")), "me", "Too late.", Ending)).Soon();
    }

    [Fact]
    public async Task An_agent_plans_the_work_that_follows_its_own()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("plan").Does((_, _, _) => Task.FromResult(AgentResult.Succeeded("planned").WithPatch(
            PlanPatch.Of([.. Enumerable.Range(0, 3).Select(i => PlanChange.AddTask("work", new TaskDefinition { Id = $"w{i}", Agent = "x" }))]),
            "Three parts.")));
        for (var i = 0; i < 3; i++)
        {
            engine.Agent.On($"w{i}").Succeeds();
        }

        var run = await engine.StartAsync(plan => plan.Phase("plan", phase => phase.Task("plan", "x")).Phase("work", phase => phase.Parallel()));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        var patched = (await engine.FactsOf(run.Id)).Select(fact => fact.Event).OfType<PlanPatched>().Single();
        Assert.Equal(("task plan", "Three parts."), (patched.Author, patched.Reason));
        Assert.All((await engine.Orchestrator.GetAsync(run.Id, Ending).Soon())!.Tasks, task => Assert.Equal(RunTaskStatus.Succeeded, task.Status));
    }

    [Fact]
    public async Task Any_node_changes_the_plan_of_a_run_that_another_has()
    {
        var (store, agent, time) = TestEngine.Parts();
        var a = new TaskCompletionSource();
        agent.On("a").Does(async (_, _, _) => { await a.Task; return AgentResult.Succeeded(); });
        agent.On("n").Succeeds();
        await using var owner = new TestEngine(store, agent, time, options => options.NodeName = "one");
        await using var other = new TestEngine(store, agent, time, options => options.NodeName = "two");
        var run = await owner.StartAsync(TestEngine.Single());
        await owner.SeenAsync(run.Id, "attempt.started a#1");

        var refused = await other.Orchestrator.PatchAsync(run.Id, PlanPatch.Of(PlanChange.SkipTask("a", "No.")), "me", "Why not.", Ending).Soon();
        Assert.Equal("/changes/0/skipTask", Assert.Single(refused.Problems).Pointer);
        var accepted = await other.Orchestrator.PatchAsync(run.Id, PlanPatch.Of(PlanChange.AddTask("one", new TaskDefinition { Id = "n", Agent = "x" })), "me", "Why not.", Ending).Soon();
        Assert.Equal(["n"], accepted.Difference!.AddedTasks);

        var next = TestEngine.Plan(plan => plan.Version("2").Phase("one", phase => phase.Task("a", "x").Task("n", "x").Task("m", "x")));
        agent.On("m").Succeeds();
        var moved = await other.Orchestrator.MoveAsync(run.Id, next, "me", "Newer.", cancellationToken: Ending).Soon();
        Assert.True(moved.IsMoved);
        Assert.Equal(["m"], moved.Difference!.AddedTasks);
        a.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
    }

    [Fact]
    public async Task A_run_is_moved_where_that_is_safe_and_otherwise_goes_on_by_its_own_copy()
    {
        await using var engine = new TestEngine();
        var a = new TaskCompletionSource();
        engine.Agent.On("a").Does(async (_, _, _) => { await a.Task; return AgentResult.Succeeded(); });
        engine.Agent.On("b").Succeeds();
        var run = await engine.StartAsync(TestEngine.Single());
        await engine.SeenAsync(run.Id, "attempt.started a#1");
        var gone = TestEngine.Plan(plan => plan.Version("2").Phase("one", phase => phase.Task("b", "x")));
        Assert.Equal(MoveOutcome.NeedsMapping, (await engine.Orchestrator.JudgeMoveAsync(run.Id, gone, cancellationToken: Ending).Soon()).Outcome);
        var unmoved = await engine.Orchestrator.MoveAsync(run.Id, gone, "me", "Newer.", cancellationToken: Ending).Soon();
        Assert.False(unmoved.IsMoved);
        Assert.Equal("1", (await engine.Orchestrator.GetAsync(run.Id, Ending).Soon())!.Plan.Version);

        var good = TestEngine.Plan(plan => plan.Version("2").Phase("one", phase => phase.Task("a", "x").Task("b", "x")));
        Assert.Equal(MoveOutcome.Safe, (await engine.Orchestrator.JudgeMoveAsync(run.Id, good, cancellationToken: Ending).Soon()).Outcome);
        var moved = await engine.Orchestrator.MoveAsync(run.Id, good, "me", "Newer.", cancellationToken: Ending).Soon();
        Assert.True(moved.IsMoved);
        a.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        Assert.Equal("2", (await engine.Orchestrator.GetAsync(run.Id, Ending).Soon())!.Plan.Version);
        Assert.Equal(RunTaskStatus.Succeeded, (await engine.TaskAsync(run.Id, "b")).Status);
    }

    [Fact]
    public async Task A_failed_result_proposes_nothing()
    {
        await Task.CompletedTask;
        Assert.Throws<InvalidOperationException>(() => AgentResult.Failed(FailureClass.Unknown, "No.").WithPatch(PlanPatch.Of(PlanChange.SkipTask("a", "No."))));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    public async Task A_run_whose_plan_is_changed_survives_a_crash_at_every_append(bool written, int snapshotEvery)
    {
        var undisturbed = await LiveAsync(new InMemoryStateStore(new ManualTimeProvider()), snapshotEvery);
        var crashes = 0;
        for (var at = 1; ; at++)
        {
            var inner = new InMemoryStateStore(new ManualTimeProvider());
            var crashing = new CrashingStateStore(inner, at, written);
            await DieAsync(crashing, snapshotEvery);
            var journal = await LiveAsync(inner, snapshotEvery);
            Assert.Equal(EndOf(undisturbed), EndOf(journal));
            Assert.Single(journal, fact => fact.Event is PlanPatched { Author: "task plan" });
            Assert.Single(journal, fact => fact.Event is PlanPatched { Author: "me" });
            Assert.Single(journal, fact => fact.Event is PlanMoved);
            if (!crashing.Crashed)
            {
                break;
            }

            crashes++;
        }

        Assert.True(crashes >= 7, $"Only {crashes} appends were disturbed.");
    }

    private static OrchestrationPlan Plan() => TestEngine.Plan(plan => plan.Phase("plan", phase => phase.Task("plan", "x")).Phase("work", phase => phase.Parallel().Task("last", "x")));

    private static ScriptedAgent Agent(TaskCompletionSource changed)
    {
        var agent = new ScriptedAgent();
        agent.On("plan").Does((_, _, _) => Task.FromResult(AgentResult.Succeeded("planned").WithPatch(PlanPatch.Of(
            PlanChange.AddTask("work", new TaskDefinition { Id = "w0", Agent = "x" }, before: "last"),
            PlanChange.AddTask("work", new TaskDefinition { Id = "w1", Agent = "x", DependsOn = ["w0"] }),
            PlanChange.RewireTask("last", ["w1"])))));
        foreach (var id in new[] { "w0", "w1", "mine", "moved" })
        {
            agent.On(id).Succeeds(id);
        }

        // Not before the plan is what it is to become: a run that has ended takes no changes.
        agent.On("last").Does(async (_, _, cancellationToken) =>
        {
            await changed.Task.WaitAsync(cancellationToken);
            return AgentResult.Succeeded("last");
        });

        return agent;
    }

    private static async Task DieAsync(CrashingStateStore store, int snapshotEvery)
    {
        var changed = new TaskCompletionSource();
        await using var engine = new TestEngine(store, Agent(changed), configure: options => options.SnapshotEvery = snapshotEvery);
        try
        {
            await GoAsync(engine, changed, () => store.Crashed).Soon();
        }
        catch (SimulatedCrashException)
        {
            // The store says so to everybody who asks after its death.
        }
    }

    private static async Task<List<RecordedEvent>> LiveAsync(InMemoryStateStore store, int snapshotEvery)
    {
        var changed = new TaskCompletionSource();
        await using var engine = new TestEngine(store, Agent(changed), configure: options => options.SnapshotEvery = snapshotEvery);
        var run = await GoAsync(engine, changed, () => false).Soon();
        return await engine.FactsOf(run!.Id);
    }

    // The caller holds the run, changes its plan twice and lets it go on; whoever does it again after a crash looks what is there.
    private static async Task<RunHandle?> GoAsync(TestEngine engine, TaskCompletionSource changed, Func<bool> dead)
    {
        var run = await engine.Orchestrator.StartAsync(Plan(), new StartRunOptions { BusinessKey = "order/1" }, Ending);
        while (!dead())
        {
            var now = (await engine.Orchestrator.GetAsync(run.Id, Ending))!;
            if (now.Status.IsTerminal())
            {
                return run;
            }

            if (now.FindTask("mine") is null)
            {
                await engine.Orchestrator.PatchAsync(
                    run.Id,
                    PlanPatch.Of(PlanChange.AddPhase(new PhaseDefinition { Id = "mine", Tasks = [new TaskDefinition { Id = "mine", Agent = "x" }] })),
                    "me",
                    "One more.",
                    Ending);
            }
            else if (now.Plan.Version == "1")
            {
                var next = now.Plan with
                {
                    Version = "2",
                    Phases = [.. now.Plan.Phases, new PhaseDefinition { Id = "moved", Tasks = [new TaskDefinition { Id = "moved", Agent = "x" }] }],
                };
                await engine.Orchestrator.MoveAsync(run.Id, next, "me", "Newer.", cancellationToken: Ending);
            }
            else
            {
                changed.TrySetResult();
            }

            await Task.Yield();
        }

        return null;
    }

    private static List<string> EndOf(List<RecordedEvent> journal)
        => [.. journal.Select(fact => fact.Event).OfType<AttemptSucceeded>().Select(fact => $"{fact.Task}: {fact.Output}").Order(StringComparer.Ordinal), .. journal.Select(fact => fact.Event).OfType<RunCompleted>().Select(fact => fact.Status.ToString())];
}
