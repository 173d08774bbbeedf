using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution.Nodes;

/// <summary>What is done twice, lost or stuck elsewhere when several processes share the work; see the table in docs/guarantees.md.</summary>
public sealed class LostAndStuckTests
{
    [Fact]
    public void A_time_that_comes_is_acted_upon_once_though_every_node_looks_for_it()
        => Cluster.Run(cluster =>
        {
            var nodes = new[] { "first", "second", "third" }.Select(name => cluster.Join(name)).ToList();
            foreach (var node in nodes)
            {
                node.Agent.On("a").Does((request, _, _) => Task.FromResult(request.Attempt == 1
                    ? AgentResult.Failed(FailureClass.Unavailable, "Not now.", retryable: true, TimeSpan.FromHours(1))
                    : AgentResult.Succeeded()));
            }

            var runs = Enumerable.Range(0, 30).Select(i => nodes[i % 3].Start(Single(task => task.Retry(2)))).ToList();
            cluster.Pass(TimeSpan.FromMinutes(59));
            var before = nodes.Sum(node => node.Agent.Calls.Count);
            cluster.Pass(TimeSpan.FromHours(2));
            Assert.Equal((30, 60), (before, nodes.Sum(node => node.Agent.Calls.Count)));
            Assert.All(runs, run => Assert.Equal(2, cluster.JournalOf(run).Count(fact => fact.StartsWith("attempt.started", StringComparison.Ordinal))));
        });

    [Fact]
    public void A_retry_keeps_its_time_while_the_nodes_that_could_make_it_come_and_go()
        => Cluster.Run(cluster =>
        {
            var node = cluster.Join("day 0", Slow);
            node.Agent.On("a").Fails(FailureClass.Unavailable, retryAfter: TimeSpan.FromHours(84));
            var since = cluster.Time.GetUtcNow();
            var run = node.Start(Single(task => task.Retry(2)));
            cluster.Pass(TimeSpan.FromHours(1));
            for (var day = 1; day <= 3; day++)
            {
                node.Kill();
                node = cluster.Join($"day {day}", Slow);
                cluster.Pass(TimeSpan.FromDays(1));
                Assert.Empty(node.Agent.Calls);
            }

            cluster.Until(() => node.Agent.Calls.Count == 1);
            Assert.InRange(cluster.Time.GetUtcNow() - since, TimeSpan.FromHours(84), TimeSpan.FromHours(84) + TimeSpan.FromSeconds(2));
            Assert.Equal(RunStatus.Succeeded, cluster.Do(node.Orchestrator.WaitAsync(run)).Status);

            static void Slow(OrchestrationOptions options) => (options.LeaseDuration, options.PollInterval) = (TimeSpan.FromHours(1), TimeSpan.FromMinutes(10));
        });

    [Fact]
    public void A_canceled_run_is_woken_by_nothing_that_it_waited_for()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            first.Agent.On("a").Fails(FailureClass.Unavailable, retryAfter: TimeSpan.FromHours(1));
            var run = first.Start(Single(task => task.Retry(2)));
            cluster.Pass(TimeSpan.FromMinutes(1));
            cluster.Do(second.Orchestrator.CancelAsync(run, "Enough."));
            Assert.Equal(RunStatus.Canceled, cluster.Do(first.Orchestrator.WaitAsync(run)).Status);
            var ended = cluster.Find(run);

            // Two leases, from the start to the waiting and from the command to the end; each begins an epoch and ends one.
            Assert.Equal(4, ended.Epoch);
            cluster.Pass(TimeSpan.FromHours(3));
            Assert.Equal(ended, cluster.Find(run));
            Assert.Equal((1, 0), (first.Agent.Calls.Count, second.Agent.Calls.Count));
        });

    [Fact]
    public void Runs_that_have_ended_are_not_touched_by_nodes_that_start()
        => Cluster.Run(cluster =>
        {
            var first = cluster.Join("first");
            first.Agent.On("bad").Fails(FailureClass.Permanent);
            var runs = Enumerable.Range(0, 20).Select(i => first.Start(Together(i % 2 == 0 ? "good" : "bad"))).ToList();
            cluster.Until(() => runs.TrueForAll(run => cluster.Find(run).Status.IsTerminal()));
            var ended = runs.ConvertAll(cluster.Find);
            Assert.All(ended, run => Assert.Equal(2, run.Epoch));
            first.Kill();
            for (var start = 1; start <= 3; start++)
            {
                var next = cluster.Join($"start {start}");
                cluster.Pass(TimeSpan.FromMinutes(10));
                Assert.Empty(next.Agent.Calls);
                Assert.Empty(next.Store.Appended);
                next.Kill();
            }

            Assert.Equal(ended, runs.ConvertAll(cluster.Find));
        });

    [Fact]
    public void What_was_wanted_of_a_node_that_dies_is_done_by_its_successor()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            first.Agent.On("a").Hangs(ignoreCancellation: true);
            second.Agent.On("a").Hangs();
            var run = first.Start(Single());
            cluster.Until(() => first.Agent.Running == 1);
            first.Kill();

            // The store still has the run as the first node's; nobody reads its messages.
            var signaling = second.Orchestrator.SignalAsync(run, "hello");
            var canceling = second.Orchestrator.CancelAsync(run, "Enough.");
            cluster.Pass(TimeSpan.FromSeconds(5));
            Assert.False(signaling.IsCompleted || canceling.IsCompleted);
            cluster.Do(Task.WhenAll(signaling, canceling));
            Assert.Equal(RunStatus.Canceled, cluster.Do(second.Orchestrator.WaitAsync(run)).Status);
            Assert.Equal("hello", Assert.Single(cluster.Do(second.Orchestrator.GetAsync(run))!.Signals).Name);
        });

    [Fact]
    public void A_long_task_is_stopped_when_its_run_is_canceled_on_another_node()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            first.Agent.On("a").Hangs();
            var run = first.Start(Single());
            cluster.Pass(TimeSpan.FromHours(7));
            Assert.Equal(1, first.Agent.Running);
            var canceling = second.Orchestrator.CancelAsync(run, "Enough.");
            Assert.InRange(cluster.Until(() => canceling.IsCompleted), TimeSpan.Zero, TimeSpan.FromSeconds(2));
            Assert.Equal(RunStatus.Canceled, cluster.Do(second.Orchestrator.WaitAsync(run)).Status);
            Assert.Equal(0, first.Agent.Running);
            Assert.Empty(second.Agent.Calls);
        });

    [Fact]
    public void A_run_goes_on_with_the_plan_it_was_started_with_whatever_the_application_has_by_now()
        => Cluster.Run(cluster =>
        {
            var first = cluster.Join("first");
            first.Agent.On("a").Hangs();
            var options = new StartRunOptions { BusinessKey = "nightly" };
            var run = cluster.Do(first.Orchestrator.StartAsync(Plan(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("old", "x"))), options, Ending)).Id;
            cluster.Until(() => first.Agent.Running == 1);
            first.Kill();
            var second = cluster.Join("second");
            var changed = Plan(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("new", "x").Task("newer", "x")));
            Assert.Equal(run, cluster.Do(second.Orchestrator.StartAsync(changed, options, Ending)).Id);
            Assert.Equal(RunStatus.Succeeded, cluster.Do(second.Orchestrator.WaitAsync(run)).Status);
            Assert.Equal(["a", "old"], second.Agent.Calls.Select(call => call.Task));
        });
}
