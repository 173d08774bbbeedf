using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution.Nodes;

public sealed class BalanceTests
{
    private static readonly TimeSpan Beat = Cluster.Lease / 3;

    [Fact]
    public void A_node_that_comes_gets_its_share_of_the_runs_that_have_something_left_to_do()
        => Cluster.Run(cluster =>
        {
            // Each waits for a retry that is near enough to stay in memory.
            var first = cluster.Join("first", options => options.UnloadWaitingRunsAfter = TimeSpan.FromHours(2));
            first.Agent.On("a").Fails(FailureClass.Unavailable, retryAfter: TimeSpan.FromHours(1));
            var runs = Enumerable.Range(0, 40).Select(_ => first.Start(Single(task => task.Retry(2)))).ToList();
            cluster.Pass(Beat);
            var second = cluster.Join("second", options => options.UnloadWaitingRunsAfter = TimeSpan.FromHours(2));
            cluster.Pass(3 * Beat);
            Assert.Equal((20, 20), (first.Orchestrator.DescribeNode().Runs, second.Orchestrator.DescribeNode().Runs));
            var epochs = runs.ConvertAll(run => cluster.Find(run).Epoch);
            cluster.Pass(10 * Beat);
            Assert.Equal(epochs, runs.ConvertAll(run => cluster.Find(run).Epoch));
            cluster.Until(() => runs.TrueForAll(run => cluster.Find(run).Status == RunStatus.Succeeded || cluster.Find(run).Status == RunStatus.Failed));
            Assert.Equal(20, second.Agent.Calls.Count);
        });

    [Fact]
    public void A_run_whose_attempt_takes_long_does_not_stand_still_for_being_handed_over()
        => Cluster.Run(cluster =>
        {
            var first = cluster.Join("first");
            first.Agent.On("long").Hangs();
            var runs = Enumerable.Range(0, 10).Select(_ => first.Start(plan => plan.MaxParallelTasks(2).Phase("one", phase => phase.Parallel().Task("long", "x").Task("short", "x").Task("next", "x")))).ToList();
            first.Agent.On("short").Does(async (_, context, cancellationToken) =>
            {
                await Task.Delay(TimeSpan.FromMinutes(2), context.TimeProvider, cancellationToken);
                return AgentResult.Succeeded();
            });
            cluster.Pass(TimeSpan.FromSeconds(1));
            var second = cluster.Join("second");
            cluster.Pass(TimeSpan.FromMinutes(4));
            Assert.Empty(second.Agent.Calls);
            Assert.All(runs, run => Assert.Equal("first/1", cluster.Find(run).Node!.Value.Value));
            Assert.Equal(10, first.Agent.CallsOf("next").Count);
        });

    [Fact]
    public void What_others_have_no_room_for_stays()
        => Cluster.Run(cluster =>
        {
            var first = cluster.Join("first", options => options.UnloadWaitingRunsAfter = TimeSpan.FromHours(2));
            first.Agent.On("a").Fails(FailureClass.Unavailable, retryAfter: TimeSpan.FromHours(1));
            for (var i = 0; i < 40; i++)
            {
                first.Start(Single(task => task.Retry(2)));
            }

            cluster.Join("second", options => (options.MaxRuns, options.UnloadWaitingRunsAfter) = (3, TimeSpan.FromHours(2)));
            cluster.Pass(10 * Beat);
            Assert.Equal([37, 3], cluster.Do(first.Orchestrator.ListNodesAsync()).Select(node => node.Runs));
        });

    [Fact]
    public void A_node_that_drains_hands_over_at_once_what_has_no_attempt_out_and_the_rest_as_its_attempts_end()
        => Cluster.Run(cluster =>
        {
            var first = cluster.Join("first", options =>
            {
                options.ShutdownGracePeriod = TimeSpan.FromMinutes(10);
                options.MaxConcurrentAttempts = 2;
            });
            var second = cluster.Join("second");
            var hold = new TaskCompletionSource();
            first.Agent.On("a").After(hold.Task, ignoreCancellation: true).Succeeds();
            first.Agent.On("deaf").Hangs(ignoreCancellation: true);
            var ends = first.Start(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")));
            var stays = first.Start(plan => plan.Phase("one", phase => phase.Task("deaf", "x")));
            var waits = first.Start(plan => plan.Phase("one", phase => phase.Task("c", "x")));
            cluster.Until(() => first.Agent.Running == 2);
            var stopping = first.Orchestrator.StopNodeAsync();
            cluster.Until(() => cluster.Find(waits).Status == RunStatus.Succeeded);
            Assert.True(cluster.Do(second.Orchestrator.ListNodesAsync())[0].IsDraining);
            Assert.Empty(second.Agent.CallsOf("b"));
            hold.SetResult();
            cluster.Until(() => cluster.Find(ends).Status == RunStatus.Succeeded);
            Assert.Equal((1, 0), (second.Agent.CallsOf("b").Count, second.Agent.CallsOf("a").Count));
            Assert.False(stopping.IsCompleted);
            Assert.Equal(1, first.Orchestrator.DescribeNode().Runs);
            Assert.InRange(cluster.Until(() => second.Agent.CallsOf("deaf").Count == 1), TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(2));
            cluster.Do(stopping);
            Assert.Equal(RunStatus.Succeeded, cluster.Do(second.Orchestrator.WaitAsync(stays)).Status);
            Assert.Equal("second", Assert.Single(cluster.Do(second.Orchestrator.ListNodesAsync())).Name);
        });

    [Fact]
    public void A_node_that_drains_still_carries_out_what_is_wanted_of_its_runs()
        => Cluster.Run(cluster =>
        {
            var first = cluster.Join("first", options => options.ShutdownGracePeriod = TimeSpan.FromMinutes(10));
            var second = cluster.Join("second");
            first.Agent.On("a").Hangs();
            var run = first.Start(Single());
            cluster.Until(() => first.Agent.Running == 1);
            var stopping = first.Orchestrator.StopNodeAsync();
            cluster.Do(second.Orchestrator.CancelAsync(run, "No more."));
            Assert.Equal(RunStatus.Canceled, cluster.Do(second.Orchestrator.WaitAsync(run)).Status);
            Assert.Equal(TimeSpan.Zero, cluster.Until(() => stopping.IsCompleted));
        });

    [Fact]
    public void A_node_says_how_it_does()
        => Cluster.Run(cluster =>
        {
            var node = cluster.Join("only");
            node.Agent.On("a").Hangs();
            node.Start(Single());
            cluster.Until(() => node.Agent.Running == 1);
            cluster.Pass(TimeSpan.FromSeconds(11));
            var status = node.Orchestrator.DescribeNode();
            Assert.Equal(
                new NodeStatus
                {
                    Name = "only",
                    Id = status.Id,
                    IsStarted = true,
                    IsDraining = false,
                    HasValidLease = true,
                    LastRenewedAt = cluster.Time.GetUtcNow() - TimeSpan.FromSeconds(1),
                    LeaseDuration = Cluster.Lease,
                    SilentFor = TimeSpan.FromSeconds(1),
                    Runs = 1,
                    MaxRuns = 10_000,
                    LiveRuns = 1,
                    Attempts = 1,
                    MaxAttempts = 256,
                    Limits = status.Limits,
                    LastStoreError = null,
                },
                status);
            Assert.Equal([new NodeLimit(NodeLimitKind.Attempts, null, 1, 256, 0)], status.Limits);
            node.Store.IsCut = true;
            cluster.Pass(Cluster.Lease);
            status = node.Orchestrator.DescribeNode();
            Assert.Equal((null, false, 0, 0), (status.Id, status.HasValidLease, status.Runs, status.Attempts));
            Assert.Equal("The store can't be reached.", status.LastStoreError!.Message);
            node.Store.IsCut = false;
            cluster.Until(() => node.Orchestrator.DescribeNode() is { LastStoreError: null, HasValidLease: true, Id: not null });
            cluster.Do(node.Orchestrator.StopNodeAsync());
            Assert.True(node.Orchestrator.DescribeNode() is { IsDraining: true, HasValidLease: false, Runs: 0 });
        });
}
