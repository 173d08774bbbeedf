using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Runs;

namespace OrchestrationEngine.Tests.Execution;

public sealed class OneThreadTests
{
    private static readonly OrchestrationPlan Mixed = TestEngine.Plan(plan => plan
        .Phase("one", phase => phase.Parallel()
            .Task("a", "x")
            .Task("b", "x", task => task.After("a").Retry(3))
            .Task("c", "x", task => task.After("a").Timeout(TimeSpan.FromMinutes(1)).Retry(2))
            .Task("d", "x", task => task.After("b", "c")))
        .Phase("two", phase => phase.Parallel().Task("e", "x").Task("f", "x")));

    [Fact]
    public void A_whole_node_runs_on_one_thread_where_its_scheduler_says_so()
        => OneThread.Run(thread =>
        {
            var journal = Live(thread);
            Assert.StartsWith("run.completed", journal[^1], StringComparison.Ordinal);
            Assert.Contains("task.retry_scheduled b +1s", journal);
            Assert.True(thread.Done > 20);
        });

    [Fact]
    public void What_runs_on_one_thread_happens_in_the_same_order_every_time()
    {
        var journals = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            OneThread.Run(thread => journals.Add(string.Join('\n', Live(thread)) + thread.Done));
        }

        Assert.Single(journals.Distinct());
    }

    private static List<string> Live(OneThread thread)
    {
        var (time, seen) = (new ManualTimeProvider(), new List<string>());
        var agent = new ScriptedAgent();
        agent.On("b").Fails(FailureClass.Unavailable).Succeeds();
        agent.On("c").Hangs().Succeeds();
        agent.On("e").Does(async (_, context, cancellationToken) =>
        {
            thread.Check();
            await Task.Delay(TimeSpan.FromMinutes(5), context.TimeProvider, cancellationToken);
            thread.Check();
            return AgentResult.Succeeded();
        });
        agent.On("f").Does(async (_, _, cancellationToken) =>
        {
            await using var stop = cancellationToken.Register(thread.Check);
            await Task.Delay(TimeSpan.FromDays(1), time, cancellationToken);
            return AgentResult.Succeeded();
        }).Succeeds();
        var engine = new TestEngine(new InMemoryStateStore(time), agent, time, options =>
        {
            options.WorkScheduler = thread;
            options.MaxConcurrentAttempts = 2;
            options.ShutdownGracePeriod = TimeSpan.FromMinutes(1);
        });
        var run = thread.Until(engine.Orchestrator.StartAsync(Mixed), time);
        var watching = WatchAsync(engine, run.Id, thread, seen);
        thread.Until(engine.Orchestrator.PauseAsync(run.Id, "Wait."), time);
        thread.Until(engine.Orchestrator.ResumeAsync(run.Id, "Go on."), time);
        thread.Until(() => agent.CallsOf("f").Count == 1, time);
        thread.Until(engine.Orchestrator.StopNodeAsync(), time);
        thread.Pump();
        Assert.IsType<ObjectDisposedException>(watching.Exception!.InnerException);

        var next = new TestEngine(engine.Store, agent, time, options => options.WorkScheduler = thread);
        thread.Until(next.Orchestrator.StartNodeAsync(), time);
        Assert.Equal(RunStatus.Succeeded, thread.Until(next.Orchestrator.WaitAsync(run.Id), time).Status);
        thread.Until(WatchAsync(next, run.Id, thread, seen), time);
        thread.Until(next.Orchestrator.StopNodeAsync(), time);
        return seen;
    }

    private static async Task WatchAsync(TestEngine engine, RunId run, OneThread thread, List<string> seen)
    {
        await foreach (var recorded in engine.Orchestrator.WatchAsync(run, seen.Count))
        {
            thread.Check();
            seen.Add(FactText.Of(recorded));
        }
    }
}
