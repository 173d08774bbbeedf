using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution.Nodes;

/// <summary>What a node asks of its store does not grow with what lies there.</summary>
public sealed class BoundedWorkTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    public void An_idle_node_asks_the_store_equally_often_however_many_runs_wait(int waiting)
        => Cluster.Run(cluster =>
        {
            var node = cluster.Join("only");
            node.Agent.On("a").Fails(FailureClass.Unavailable, retryAfter: TimeSpan.FromDays(1));
            for (var i = 0; i < waiting; i++)
            {
                node.Start(Single(task => task.Retry(2)));
            }

            cluster.Pass(TimeSpan.FromMinutes(5));
            var before = node.Store.Looks;
            cluster.Pass(TimeSpan.FromMinutes(10));

            // A look for work and one for messages a second; a renewal and a look at the others every five.
            Assert.InRange(node.Store.Looks - before, 2 * 590, (2 * 610) + (2 * 121) + 130);
        });

    [Fact]
    public void A_run_that_can_not_be_read_is_tried_ever_more_seldom_and_keeps_nobody_from_work()
        => Cluster.Run(cluster =>
        {
            var damaged = new RunId("damaged");
            RecordedEvent[] facts =
            [
                new(1, cluster.Time.GetUtcNow(), new RunCreated { Plan = Plan(Single()), Inputs = JsonData.Parse("{}") }),
                new(2, cluster.Time.GetUtcNow(), new RunStarted()),
                new(3, cluster.Time.GetUtcNow(), new AttemptSucceeded { Task = "a", Attempt = 1 }),
            ];
            cluster.Do(cluster.Store.CreateAsync(new NewRun { Id = damaged, PlanId = "plan", PlanVersion = "1", Agents = ["x"], Events = facts }, default).AsTask());
            var node = cluster.Join("only", options => (options.LeaseDuration, options.PollInterval) = (TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(20)));
            cluster.Pass(TimeSpan.FromDays(1));

            // Each try is a lease that begins and ends: after 1, 2, 4 ... minutes, then once an hour.
            Assert.InRange(cluster.Find(damaged).Epoch / 2, 25, 32);
            Assert.StartsWith("Fact 3", Assert.Single(cluster.Do(node.Orchestrator.ExplainAsync(damaged))).Reason, StringComparison.Ordinal);
            Assert.Equal(RunStatus.Succeeded, cluster.Do(node.Orchestrator.WaitAsync(node.Start(Single()))).Status);
        });

    [Fact]
    public async Task A_run_is_not_read_again_while_it_goes_on()
    {
        var (inner, agent, time) = Parts();
        var reads = 0;
        var store = new FaultyStateStore(inner)
        {
            OnRead = _ =>
            {
                Interlocked.Increment(ref reads);
                return null;
            },
        };
        await using var engine = new TestEngine(store, agent, time);
        var run = await engine.StartAsync(plan => plan.Phase("one", phase =>
        {
            for (var i = 0; i < 300; i++)
            {
                phase.Task($"task {i}", "x");
            }
        }));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        Assert.Equal(300, agent.Calls.Count);

        // The last moment: whoever asks for the end when it has come reads it.
        Assert.InRange(Volatile.Read(ref reads), 0, 1);
    }

    [Fact]
    public async Task A_node_starts_and_does_new_work_though_what_it_takes_up_can_not_be_read_for_now()
    {
        var (inner, agent, time) = Parts();
        agent.On("old").Hangs().Succeeds();
        var old = new List<RunId>();
        await using (var first = new TestEngine(inner, agent, time))
        {
            for (var i = 0; i < 50; i++)
            {
                old.Add((await first.StartAsync(Together("old"))).Id);
            }

            await agent.WaitForCallAsync("old", 50, Ending).Soon();
        }

        var store = new FaultyStateStore(inner) { OnRead = run => old.Contains(run) ? FaultyStateStore.Transient : null };
        await using var second = new TestEngine(store, agent, time);
        await second.Orchestrator.StartNodeAsync(Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(await second.StartAsync(Together("new")))).Status);
        Assert.Equal(50, agent.CallsOf("old").Count);
        store.OnRead = null;
        foreach (var run in old)
        {
            await time.AdvanceUntilAsync(second.Orchestrator.WaitAsync(run, Ending));
        }
    }
}
