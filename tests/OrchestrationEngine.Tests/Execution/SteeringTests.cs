using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution;

public sealed class SteeringTests
{
    [Fact]
    public async Task A_canceled_run_ends_when_its_agents_have_stopped()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Hangs();
        engine.Agent.On("b").Hangs();
        var run = await engine.StartAsync(Together("a", "b"));
        await engine.Agent.WaitForCallAsync("b", 1, Ending).Soon();
        await engine.Orchestrator.CancelAsync(run.Id, "No more.", Ending).Soon();
        Assert.Equal(new RunResult(run.Id, RunStatus.Canceled, "No more."), await EndOf(run));
        Assert.Equal(RunTaskStatus.Canceled, (await engine.TaskAsync(run.Id, "a")).Status);
        await engine.Orchestrator.CancelAsync(run.Id, "Again.", Ending).Soon();
    }

    [Fact]
    public async Task A_canceled_run_ends_after_the_grace_period_though_an_agent_goes_on()
    {
        await using var engine = new TestEngine(configure: options => options.StopGracePeriod = TimeSpan.FromSeconds(10));
        var deaf = new TaskCompletionSource<AgentResult>();
        engine.Agent.On("a").Returns(deaf.Task, ignoreCancellation: true);
        var run = await engine.StartAsync(Single());
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        await engine.Orchestrator.CancelAsync(run.Id, "No more.", Ending).Soon();
        await engine.PassAsync(run.Id, TimeSpan.FromSeconds(10));
        Assert.Equal(RunStatus.Canceled, (await EndOf(run)).Status);
        var journal = await engine.JournalOf(run.Id);
        deaf.SetResult(AgentResult.Succeeded());
        Assert.Equal(RunStatus.Canceled, (await EndOf(run)).Status);
        Assert.Equal(journal, await engine.JournalOf(run.Id));
        Assert.Equal(["task.canceled a forced", "phase.canceled one", "run.completed Canceled"], journal.TakeLast(3));
    }

    [Fact]
    public async Task A_held_run_starts_nothing_until_it_is_resumed()
    {
        await using var engine = new TestEngine();
        var hold = new TaskCompletionSource();
        engine.Agent.On("a").After(hold.Task).Succeeds();
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")));
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        await engine.Orchestrator.PauseAsync(run.Id, "Held.", Ending).Soon();
        hold.SetResult();
        await engine.SeenAsync(run.Id, "attempt.succeeded a#1");
        Assert.Equal(RunStatus.Paused, (await engine.Orchestrator.GetAsync(run.Id, Ending).Soon())!.Status);
        Assert.Empty(engine.Agent.CallsOf("b"));
        await engine.Orchestrator.ResumeAsync(run.Id, "Goes on.", Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
    }

    [Fact]
    public async Task A_failed_run_goes_on_from_a_task_and_its_agent_gets_a_new_key()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("b").Fails(FailureClass.Permanent).Succeeds();
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")));
        Assert.Equal(RunStatus.Failed, (await EndOf(run)).Status);
        var again = await engine.Orchestrator.RestartFromAsync(run.Id, RestartPoint.AtTask("b"), "Repaired.", Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(again)).Status);
        Assert.Single(engine.Agent.CallsOf("a"));
        Assert.Equal([$"{run.Id}/b#1", $"{run.Id}/b#2"], engine.Agent.CallsOf("b").Select(call => call.IdempotencyKey));
        Assert.Equal([1, 2], engine.Agent.CallsOf("b").Select(call => call.Attempt));
    }

    [Fact]
    public async Task A_quarantined_run_is_stopped_and_can_go_on_from_a_phase()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Hangs().Succeeds();
        var run = await engine.StartAsync(Single());
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        await engine.Orchestrator.QuarantineAsync(run.Id, "Look at it.", Ending).Soon();
        Assert.Equal(new RunResult(run.Id, RunStatus.Quarantined, "Look at it."), await EndOf(run));
        await engine.Orchestrator.RestartFromAsync(run.Id, RestartPoint.AtPhase("one"), "Looked at.", Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
    }

    [Fact]
    public async Task What_a_run_can_not_take_is_refused_with_what_it_can()
    {
        await using var engine = new TestEngine();
        var run = await engine.StartAsync(Single());
        await EndOf(run);
        var refused = await Assert.ThrowsAsync<RunRefusedException>(() => engine.Orchestrator.PauseAsync(run.Id, "Held.", Ending).Soon());
        Assert.Equal($"Run '{run.Id}' is Succeeded; it cannot take 'Pause'. From Succeeded it can take: nothing.", refused.Message);
        Assert.Equal(run.Id, refused.Run);
        await Assert.ThrowsAsync<RunRefusedException>(() => engine.Orchestrator.RestartFromAsync(run.Id, RestartPoint.AtTask("a"), "Again.", Ending).Soon());
    }

    [Fact]
    public async Task Commands_for_a_run_that_is_not_there_say_so()
    {
        await using var engine = new TestEngine();
        var nobody = new RunId("nobody");
        await Assert.ThrowsAsync<RunNotFoundException>(() => engine.Orchestrator.CancelAsync(nobody, "No more.", Ending).Soon());
        await Assert.ThrowsAsync<RunNotFoundException>(() => engine.Orchestrator.WaitAsync(nobody, Ending).Soon());
        await Assert.ThrowsAsync<RunNotFoundException>(() => engine.Orchestrator.ExplainAsync(nobody, Ending).Soon());
        await Assert.ThrowsAsync<RunNotFoundException>(() => engine.Orchestrator.WatchAsync(nobody, 0, Ending).ToListAsync(Ending).AsTask().Soon());
        Assert.Null(await engine.Orchestrator.GetAsync(nobody, Ending).Soon());
        await Assert.ThrowsAsync<ArgumentException>(() => engine.Orchestrator.CancelAsync(nobody, " ", Ending).Soon());
    }

    [Fact]
    public async Task A_canceled_wait_for_a_command_leaves_the_run_as_it_is()
    {
        await using var engine = new TestEngine();
        var run = await engine.StartAsync(Single());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.Orchestrator.PauseAsync(run.Id, "Held.", new CancellationToken(true)).Soon());
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
    }
}
