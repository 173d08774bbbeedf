using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution;

public sealed class NodeTests
{
    [Fact]
    public async Task What_ends_in_the_grace_period_of_a_stop_is_recorded_and_nothing_new_starts()
    {
        for (var round = 0; round < 30; round++)
        {
            var time = new ManualTimeProvider();
            var store = new InMemoryStateStore(time);
            var agent = new ScriptedAgent();
            var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            agent.On("a").After(hold.Task, ignoreCancellation: true).Succeeds("done");
            RunId id;
            await using (var first = new TestEngine(store, agent, time, configure: options => options.ShutdownGracePeriod = TimeSpan.FromSeconds(30)))
            {
                id = (await first.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")))).Id;
                await agent.WaitForCallAsync("a", 1, Ending).Soon();
                var stopping = first.Orchestrator.StopNodeAsync(Ending);
                hold.SetResult();
                await stopping.Soon();
                Assert.Equal("attempt.succeeded a#1", (await first.JournalOf(id))[^1]);
                Assert.Empty(agent.CallsOf("b"));
            }

            await using var second = new TestEngine(store, agent, time);
            await second.Orchestrator.StartNodeAsync(Ending);
            Assert.Equal(RunStatus.Succeeded, (await second.Orchestrator.WaitAsync(id, Ending).Soon()).Status);
            Assert.Single(agent.CallsOf("a"));
        }
    }

    [Fact]
    public async Task What_does_not_end_in_the_grace_period_is_left_to_the_next_node_under_the_same_key()
    {
        var (store, agent, time) = TestEngine.Parts();
        var late = new TaskCompletionSource<AgentResult>();
        agent.On("a").Returns(late.Task, ignoreCancellation: true).Succeeds("second");
        var first = new TestEngine(store, agent, time, options => options.ShutdownGracePeriod = TimeSpan.FromSeconds(30));
        var id = (await first.StartAsync(Single())).Id;
        await agent.WaitForCallAsync("a", 1, Ending).Soon();
        var stopping = first.Orchestrator.StopNodeAsync(Ending);
        Assert.False(stopping.IsCompleted);
        await time.AdvanceUntilAsync(stopping);
        await agent.WaitForCancelAsync("a", 1, Ending).Soon();
        await using var second = new TestEngine(store, agent, time);
        await second.Orchestrator.StartNodeAsync(Ending);
        Assert.Equal(RunStatus.Succeeded, (await second.Orchestrator.WaitAsync(id, Ending).Soon()).Status);
        late.SetResult(AgentResult.Succeeded("first"));
        Assert.Equal("\"second\"", (await second.TaskAsync(id, "a")).Output.ToString());
        Assert.Equal(["attempt.started a#1", "attempt.abandoned a#1", "task.retry_scheduled a +0s", "attempt.started a#2", "attempt.succeeded a#2"], (await second.JournalOf(id)).Skip(3).Take(5));
        Assert.Single(agent.Calls.Select(call => call.IdempotencyKey).Distinct());
        await first.DisposeAsync();
    }

    [Fact]
    public async Task The_longest_grace_period_there_is_can_be_configured()
    {
        var engine = new TestEngine(configure: options => options.ShutdownGracePeriod = TimeSpan.MaxValue);
        await EndOf(await engine.StartAsync(Single()));
        await engine.Orchestrator.StopNodeAsync(Ending).Soon();
        await engine.DisposeAsync();
    }

    [Fact]
    public async Task The_grace_period_can_be_cut_short()
    {
        await using var engine = new TestEngine(configure: options => options.ShutdownGracePeriod = TimeSpan.FromDays(30));
        engine.Agent.On("a").Hangs(ignoreCancellation: true);
        var run = await engine.StartAsync(Single());
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        using var enough = new CancellationTokenSource();
        var stopping = engine.Orchestrator.StopNodeAsync(enough.Token);
        await enough.CancelAsync();
        await stopping.Soon();
        Assert.Equal(["attempt.started a#1", "attempt.abandoned a#1", "task.retry_scheduled a +0s"], (await engine.JournalOf(run.Id)).TakeLast(3));
    }

    [Fact]
    public async Task A_stop_in_good_order_is_not_held_against_the_task_that_it_interrupts()
    {
        var (store, agent, time) = TestEngine.Parts();
        agent.On("a").Hangs().Hangs().Hangs().Succeeds();
        RunId run;
        await using (var first = new TestEngine(store, agent, time))
        {
            run = (await first.StartAsync(Single(task => task.MaxStarts(1)))).Id;
            await agent.WaitForCallAsync("a", 1, Ending).Soon();
        }

        for (var life = 2; life <= 3; life++)
        {
            await using var next = new TestEngine(store, agent, time);
            await next.Orchestrator.StartNodeAsync(Ending);
            await agent.WaitForCallAsync("a", life, Ending).Soon();
        }

        await using var last = new TestEngine(store, agent, time);
        Assert.Equal(RunStatus.Succeeded, (await last.Orchestrator.WaitAsync(run, Ending).Soon()).Status);
    }

    [Fact]
    public async Task A_stopped_node_takes_nothing_and_says_so()
    {
        await using var engine = new TestEngine();
        await engine.Orchestrator.StopNodeAsync(Ending).Soon();
        await engine.Orchestrator.StopNodeAsync(Ending).Soon();
        var stopped = await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.StartAsync(Single()));
        Assert.Contains("has stopped in this process", stopped.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.Orchestrator.WaitAsync(new RunId("r"), Ending).Soon());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.Orchestrator.StartNodeAsync(Ending).Soon());
    }

    [Fact]
    public async Task A_container_that_is_disposed_of_at_once_leaves_its_runs_as_a_kill_does()
    {
        var (store, agent, time) = TestEngine.Parts();
        agent.On("a").Hangs().Succeeds();
        var first = new TestEngine(store, agent, time);
        var id = (await first.StartAsync(Single())).Id;
        await agent.WaitForCallAsync("a", 1, Ending).Soon();
        first.DisposeAtOnce();
        await agent.WaitForCancelAsync("a", 1, Ending).Soon();
        Assert.Equal("attempt.started a#1", (await first.JournalOf(id))[^1]);
        await using var second = new TestEngine(store, agent, time);
        await second.Orchestrator.StartNodeAsync(Ending);
        Assert.Equal(RunStatus.Succeeded, (await second.Orchestrator.WaitAsync(id, Ending).Soon()).Status);
    }

    [Fact]
    public async Task A_container_that_was_never_used_can_be_disposed_of_either_way()
    {
        await new TestEngine().DisposeAsync();
        new TestEngine().DisposeAtOnce();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_agent_that_asks_for_services_while_the_container_goes_away_fails_no_task(bool atOnce)
    {
        var (store, agent, time) = TestEngine.Parts();
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        agent.On("a").Does(async (_, context, _) =>
        {
            await hold.Task;
            context.Services.GetService<ManualTimeProvider>();
            return AgentResult.Succeeded();
        }).Succeeds();
        var first = new TestEngine(store, agent, time, options => options.ShutdownGracePeriod = TimeSpan.FromSeconds(5));
        var id = (await first.StartAsync(Single())).Id;
        await agent.WaitForCallAsync("a", 1, Ending).Soon();
        if (atOnce)
        {
            first.DisposeAtOnce();
            hold.SetResult();
        }
        else
        {
            var disposing = first.DisposeAsync().AsTask();
            hold.SetResult();
            await disposing.Soon();
        }

        await using var second = new TestEngine(store, agent, time);
        await second.Orchestrator.StartNodeAsync(Ending);
        Assert.Equal(RunStatus.Succeeded, (await second.Orchestrator.WaitAsync(id, Ending).Soon()).Status);
    }

    [Fact]
    public async Task A_node_takes_up_all_runs_that_have_not_ended_and_no_others()
    {
        var (store, agent, time) = TestEngine.Parts();
        agent.On("hangs").Hangs().Succeeds();
        agent.On("later").Fails(FailureClass.Unavailable, retryAfter: TimeSpan.FromHours(1)).Succeeds();
        var ids = new Dictionary<string, RunId>();
        await using (var first = new TestEngine(store, agent, time))
        {
            foreach (var task in new[] { "hangs", "later", "done", "held" })
            {
                ids[task] = (await first.StartAsync(plan => plan.Phase("one", phase => phase.Task(task, "x", each => each.Retry(3))))).Id;
            }

            await agent.WaitForCallAsync("hangs", 1, Ending).Soon();
            await first.SeenAsync(ids["later"], "task.retry_scheduled later +3600s");
            await first.Orchestrator.WaitAsync(ids["done"], Ending).Soon();
            await first.Orchestrator.WaitAsync(ids["held"], Ending).Soon();
        }

        await using var second = new TestEngine(store, agent, time);
        await second.Orchestrator.StartNodeAsync(Ending);
        Assert.Equal(RunStatus.Succeeded, (await second.Orchestrator.WaitAsync(ids["hangs"], Ending).Soon()).Status);
        Assert.Single(agent.CallsOf("later"));
        await second.PassAsync(ids["later"], TimeSpan.FromHours(1));
        Assert.Equal(RunStatus.Succeeded, (await second.Orchestrator.WaitAsync(ids["later"], Ending).Soon()).Status);
        Assert.Equal((2, 2, 1), (agent.CallsOf("hangs").Count, agent.CallsOf("later").Count, agent.CallsOf("done").Count));
    }
}
