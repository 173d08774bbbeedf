using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution;

public sealed class ExplainingTests
{
    [Fact]
    public async Task Everything_that_waits_says_for_what()
    {
        await using var engine = new TestEngine(configure: options => options.MaxConcurrentAttempts = 2);
        engine.Agent.On("a").Hangs();
        engine.Agent.On("b").Hangs();
        var run = await engine.StartAsync(plan => plan
            .Phase("one", phase => phase.Parallel()
                .Task("a", "x", task => task.Priority(2))
                .Task("b", "x", task => task.Priority(1))
                .Task("c", "x")
                .Task("d", "x", task => task.After("a", "b")))
            .Phase("two", phase => phase.Task("e", "x")));
        await engine.Agent.WaitForCallAsync("b", 1, Ending).Soon();
        Assert.Equal(
            [
                new WaitReason("one", "c", "The task is ready; the engine has as many attempts under way as it may (2 of 2). Its run is the next."),
                new WaitReason("one", "d", "The task waits for 'a' (Running), 'b' (Running)."),
                new WaitReason("two", null, "The phase waits for 'one' (Running)."),
            ],
            await ExplainAsync(engine, run));
    }

    [Fact]
    public async Task A_limit_of_the_plan_is_named()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Hangs();
        var run = await engine.StartAsync(plan => plan.MaxParallelTasks(1).Phase("one", phase => phase.Parallel().Task("a", "x").Task("b", "x")));
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        Assert.Equal([new WaitReason("one", "b", "The task is ready; the run has as many tasks under way as its plan allows (1).")], await ExplainAsync(engine, run));
    }

    [Fact]
    public async Task A_retry_says_when_it_comes_though_its_run_has_left_memory()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Fails(FailureClass.Unavailable, retryAfter: TimeSpan.FromHours(1));
        var run = await engine.StartAsync(Single(task => task.Retry(2)));
        await engine.SeenAsync(run.Id, "task.retry_scheduled a +3600s");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(
                [new WaitReason("one", "a", "Attempt 1 ended without success; attempt 2 has its time.", engine.Time.GetUtcNow() + TimeSpan.FromHours(1))],
                await ExplainAsync(engine, run));
        }
    }

    [Fact]
    public async Task Ready_tasks_of_a_held_run_wait_for_it_to_be_resumed()
    {
        await using var engine = new TestEngine();
        var hold = new TaskCompletionSource();
        engine.Agent.On("a").After(hold.Task).Succeeds();
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")));
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        await engine.Orchestrator.PauseAsync(run.Id, "Held.", Ending).Soon();
        hold.SetResult();
        await engine.SeenAsync(run.Id, "attempt.succeeded a#1");
        Assert.Equal(
            [new WaitReason(null, null, "The run is paused."), new WaitReason("one", "b", "The task is ready; it starts when the run is resumed.")],
            await ExplainAsync(engine, run));
    }

    [Fact]
    public async Task A_run_and_a_phase_that_are_stopping_say_until_when()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Hangs(ignoreCancellation: true);
        var all = new TaskCompletionSource();
        engine.Agent.On("b").After(all.Task).Fails(FailureClass.Permanent);
        engine.Agent.On("c").Hangs(ignoreCancellation: true);
        var run = await engine.StartAsync(plan => plan
            .Phase("one", phase => phase.Parallel().Task("a", "x").Task("b", "x"))
            .Phase("two", phase => phase.DependsOn().Task("c", "x")));
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        await engine.Agent.WaitForCallAsync("c", 1, Ending).Soon();
        all.SetResult();
        await engine.SeenAsync(run.Id, "phase.stopping one");
        var until = engine.Time.GetUtcNow() + TimeSpan.FromSeconds(30);
        Assert.Equal([new WaitReason("one", null, "The phase is stopping: Task 'b' failed: The script says so.", until)], await ExplainAsync(engine, run));
        await engine.Orchestrator.CancelAsync(run.Id, "No more.", Ending).Soon();
        Assert.Equal(
            [new WaitReason(null, null, "The run is stopping: No more.", until), new WaitReason("one", null, "The phase is stopping: Task 'b' failed: The script says so.", until)],
            await ExplainAsync(engine, run));
    }

    [Fact]
    public async Task A_run_that_has_ended_waits_for_nothing_and_its_snapshot_has_all_of_it()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Succeeds("7");
        engine.Agent.On("b").Fails(FailureClass.Refused, "No.");
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")).Phase("two", phase => phase.Task("c", "x")));
        await EndOf(run);
        Assert.Empty(await ExplainAsync(engine, run));
        var snapshot = (await engine.Orchestrator.GetAsync(run.Id, Ending).Soon())!;
        Assert.Equal((RunStatus.Failed, "Phase 'one' failed. Task 'b' failed: No."), (snapshot.Status, snapshot.Reason));
        Assert.Equal((await engine.FactsOf(run.Id)).Count, snapshot.Version);
        Assert.Equal(
            [
                new RunTask("a", "one", RunTaskStatus.Succeeded, 1, 1, JsonData.String("7"), null),
                new RunTask("b", "one", RunTaskStatus.Failed, 1, 1, default, new Failure(FailureClass.Refused, "No.")),
                new RunTask("c", "two", RunTaskStatus.Canceled, 0, 1, default, null),
            ],
            snapshot.Tasks);
        Assert.Equal([(RunPhaseStatus.Failed, 1), (RunPhaseStatus.Canceled, 1)], snapshot.Phases.Select(phase => (phase.Status, phase.Generation)));
    }

    private static async Task<IReadOnlyList<WaitReason>> ExplainAsync(TestEngine engine, RunHandle run) => await engine.Orchestrator.ExplainAsync(run.Id, Ending).Soon();
}
