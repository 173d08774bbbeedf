using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution.Nodes;

/// <summary>Who starts a run under an id and a business key of its own, and hears nothing, starts it again, on whichever node it reaches.</summary>
public sealed class StartingAgainTests
{
    private static readonly StartRunOptions Same = new() { Id = new RunId("order-7"), BusinessKey = "order-7" };

    // Found by node processes that were killed while runs were started: two nodes had the run, in the same epoch, so that no fence was between them.
    [Fact]
    public void A_run_that_is_started_again_on_another_node_stays_with_the_node_that_has_it()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            var hold = new TaskCompletionSource();
            first.Agent.On("a").After(hold.Task).Succeeds();
            var plan = Plan(Single());
            var run = cluster.Do(first.Orchestrator.StartAsync(plan, Same, Ending)).Id;
            cluster.Until(() => first.Agent.Running == 1);
            Assert.Equal(run, cluster.Do(second.Orchestrator.StartAsync(plan, Same, Ending)).Id);
            cluster.Do(second.Orchestrator.PauseAsync(run, "Whose is it?", Ending));
            cluster.Do(second.Orchestrator.ResumeAsync(run, "The first one's.", Ending));
            hold.SetResult();
            Assert.Equal(RunStatus.Succeeded, cluster.Do(second.Orchestrator.WaitAsync(run, Ending)).Status);
            Assert.Empty(second.Agent.Calls);
            Assert.Empty(second.Store.Appended);
            Assert.DoesNotContain(cluster.JournalOf(run), fact => fact.StartsWith("attempt.abandoned", StringComparison.Ordinal));
        });

    [Fact]
    public void A_run_that_has_ended_is_not_begun_by_being_started_again()
        => Cluster.Run(cluster =>
        {
            var node = cluster.Join("first");
            var plan = Plan(Single());
            var run = cluster.Do(node.Orchestrator.StartAsync(plan, Same, Ending)).Id;
            Assert.Equal(RunStatus.Succeeded, cluster.Do(node.Orchestrator.WaitAsync(run, Ending)).Status);
            var before = cluster.JournalOf(run);
            Assert.Equal(run, cluster.Do(node.Orchestrator.StartAsync(plan, Same, Ending)).Id);
            cluster.Pass(TimeSpan.FromSeconds(5));
            Assert.Equal(before, cluster.JournalOf(run));
            Assert.Equal(RunStatus.Succeeded, cluster.Do(node.Orchestrator.WaitAsync(run, Ending)).Status);
            Assert.Null(cluster.Find(run).Node);
        });

    [Fact]
    public void A_run_of_a_node_that_is_gone_is_taken_over_when_it_is_started_again()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            first.Agent.On("a").After(new TaskCompletionSource().Task).Succeeds();
            var plan = Plan(Single());
            var run = cluster.Do(first.Orchestrator.StartAsync(plan, Same, Ending)).Id;
            cluster.Until(() => first.Agent.Running == 1);
            first.Store.IsCut = true;
            first.Kill();
            cluster.Do(second.Orchestrator.StartAsync(plan, Same, Ending));
            Assert.Equal(RunStatus.Succeeded, cluster.Do(second.Orchestrator.WaitAsync(run, Ending)).Status);
            Assert.Equal(1, cluster.JournalOf(run).Count(fact => fact.StartsWith("attempt.abandoned", StringComparison.Ordinal)));
        });
}
