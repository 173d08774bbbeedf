using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution.Nodes;

public sealed class TakeoverTests
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1.5);

    [Fact]
    public void The_runs_of_a_dead_node_are_taken_over_within_the_lease_and_one_look()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            first.Agent.On("a").Hangs();
            var run = first.Start(Single());
            cluster.Until(() => first.Agent.Calls.Count == 1);
            first.Kill();
            var waited = cluster.Until(() => second.Agent.Calls.Count == 1);
            Assert.InRange(waited, TimeSpan.FromSeconds(9), Cluster.Lease + Poll);
            Assert.Equal(RunStatus.Succeeded, cluster.Do(second.Orchestrator.WaitAsync(run)).Status);
            Assert.Equal(2, second.Agent.Calls[0].Attempt);
        });

    [Fact]
    public void A_process_that_comes_back_under_its_name_takes_over_at_once()
        => Cluster.Run(cluster =>
        {
            var first = cluster.Join("node");
            first.Agent.On("a").Hangs();
            var run = first.Start(Single());
            cluster.Until(() => first.Agent.Calls.Count == 1);
            first.Kill();
            var again = cluster.Join("node");
            Assert.Equal(TimeSpan.Zero, cluster.Until(() => cluster.Find(run).Status == RunStatus.Succeeded));
            Assert.Single(again.Agent.Calls);
        });

    [Fact]
    public void A_node_that_can_not_reach_the_store_stops_its_attempts_before_another_may_have_its_runs()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            first.Agent.On("a").Hangs();
            var run = first.Start(Single());
            cluster.Until(() => first.Agent.Running == 1);
            cluster.Pass(TimeSpan.FromSeconds(7));
            first.Store.IsCut = true;
            cluster.Until(() => first.Agent.Running == 0);
            Assert.Equal("first/1", cluster.Find(run).Node!.Value.Value);
            Assert.Empty(second.Agent.Calls);

            cluster.Until(() => second.Agent.Calls.Count == 1);
            Assert.Equal(RunStatus.Succeeded, cluster.Do(second.Orchestrator.WaitAsync(run)).Status);
            first.Store.IsCut = false;
            var next = first.Start(Single());
            Assert.Equal(RunStatus.Succeeded, cluster.Do(first.Orchestrator.WaitAsync(next)).Status);
            Assert.DoesNotContain("attempt.failed", string.Join('\n', cluster.JournalOf(run)), StringComparison.Ordinal);
        });

    [Fact]
    public void An_agent_that_goes_on_after_its_node_was_lost_changes_nothing()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            var late = new TaskCompletionSource<AgentResult>();
            first.Agent.On("a").Returns(late.Task, ignoreCancellation: true);
            second.Agent.On("a").Succeeds("second");
            var run = first.Start(Single());
            cluster.Until(() => first.Agent.Running == 1);
            first.Timers.Sleep();
            cluster.Until(() => cluster.Find(run).Status == RunStatus.Succeeded);
            var written = first.Store.Appended.Count;
            late.SetResult(AgentResult.Succeeded("first"));
            cluster.Pump();
            first.Timers.WakeUp();
            cluster.Pass(TimeSpan.FromMinutes(1));
            Assert.Equal(written, first.Store.Appended.Count);
            Assert.Equal("\"second\"", cluster.Do(first.Orchestrator.GetAsync(run))!.FindTask("a")!.Output.ToString());
        });

    [Fact]
    public void A_node_that_slept_goes_on_where_nobody_has_taken_its_place()
        => Cluster.Run(cluster =>
        {
            var node = cluster.Join("only");
            var hold = new TaskCompletionSource();
            node.Agent.On("a").After(hold.Task).Succeeds();
            var run = node.Start(Single());
            cluster.Until(() => node.Agent.Running == 1);
            node.Timers.Sleep();
            cluster.Pass(TimeSpan.FromMinutes(10));
            node.Timers.WakeUp();
            cluster.Pass(TimeSpan.FromMinutes(1));
            Assert.Equal(1, node.Agent.Running);
            hold.SetResult();
            Assert.Equal(RunStatus.Succeeded, cluster.Do(node.Orchestrator.WaitAsync(run)).Status);
            Assert.Single(node.Agent.Calls);
        });

    [Fact]
    public void A_node_that_slept_and_can_not_renew_then_stops_its_attempts()
        => Cluster.Run(cluster =>
        {
            var node = cluster.Join("only");
            node.Agent.On("a").Hangs();
            node.Start(Single());
            cluster.Until(() => node.Agent.Running == 1);
            node.Timers.Sleep();
            cluster.Pass(TimeSpan.FromMinutes(10));
            node.Store.IsCut = true;
            node.Timers.WakeUp();
            Assert.InRange(cluster.Until(() => node.Agent.Running == 0), TimeSpan.FromTicks(1), Cluster.Lease / 10);
        });

    [Fact]
    public void Leases_that_were_given_and_not_heard_of_are_found()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            first.Agent.On("a").Hangs();
            var run = first.Start(Single());
            cluster.Until(() => first.Agent.Calls.Count == 1);
            second.Store.LosesLeases = true;
            first.Kill();
            Assert.True(cluster.Until(() => second.Agent.Calls.Count == 1) < Cluster.Lease + (2 * Poll));
            Assert.Equal(RunStatus.Succeeded, cluster.Do(second.Orchestrator.WaitAsync(run)).Status);
        });

    [Fact]
    public void A_run_that_waits_holds_no_lease_and_wakes_on_any_node()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            first.Agent.On("a").Fails(FailureClass.Unavailable, retryAfter: TimeSpan.FromHours(1));
            var run = first.Start(Single(task => task.Retry(2)));
            cluster.Pass(TimeSpan.FromSeconds(5));
            Assert.Null(cluster.Find(run).Node);
            first.Kill();
            cluster.Pass(TimeSpan.FromMinutes(59));
            Assert.Empty(second.Agent.Calls);
            Assert.InRange(cluster.Until(() => second.Agent.Calls.Count == 1), TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(56));
        });
}
