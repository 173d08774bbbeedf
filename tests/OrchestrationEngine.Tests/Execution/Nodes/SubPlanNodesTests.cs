using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Registry;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Execution.Nodes;

/// <summary>A run on one node, and the run that does its task on another.</summary>
public sealed class SubPlanNodesTests
{
    private static readonly OrchestrationPlan Inner = new PlanBuilder("inner").Output("n", "${tasks.t.output}").Phase("one", phase => phase.Task("t", "y")).Build();

    [Fact]
    public void A_child_goes_to_the_node_that_has_its_agents_and_its_end_comes_back()
        => Cluster.Run(cluster =>
        {
            var (first, agent) = (Join(cluster, "first"), new ScriptedAgent());
            Join(cluster, "second", agent);
            agent.On("t").Succeeds(JsonData.Parse("7"));
            var (run, child) = Start(first);
            Assert.Equal((RunStatus.Succeeded, """{"n":7}"""), (cluster.Do(first.Orchestrator.WaitAsync(run)).Status, cluster.Do(first.Orchestrator.GetAsync(run))!.FindTask("s")!.Output.ToString()));
            Assert.Equal(RunStatus.Succeeded, cluster.Find(child).Status);
            Assert.Single(first.Agent.Calls, call => call.Task == "after");
            Assert.Single(agent.Calls);
        });

    [Fact]
    public void A_child_survives_the_death_of_its_parents_node_and_a_parent_that_of_its_childs()
        => Cluster.Run(cluster =>
        {
            var (first, slow, quick) = (Join(cluster, "first"), new ScriptedAgent(), new ScriptedAgent());
            var second = Join(cluster, "second", slow);
            slow.On("t").Hangs();
            quick.On("t").Succeeds(JsonData.Parse("7"));
            var (run, child) = Start(first);
            cluster.Until(() => slow.Calls.Count == 1);
            first.Kill();
            cluster.Until(() => cluster.Find(run).Node?.Value.StartsWith("second/", StringComparison.Ordinal) == true);
            Assert.Single(slow.Calls);
            second.Kill();
            var third = Join(cluster, "third", quick);
            Assert.Equal(RunStatus.Succeeded, cluster.Do(third.Orchestrator.WaitAsync(run)).Status);
            Assert.Equal(2, Assert.Single(quick.Calls).Attempt);
            Assert.Equal(["attempt.started s#1", "attempt.succeeded s#1", "attempt.started after#1", "attempt.succeeded after#1"], cluster.JournalOf(run).Where(fact => fact.StartsWith("attempt", StringComparison.Ordinal)));
            Assert.Equal(RunStatus.Succeeded, cluster.Find(child).Status);
        });

    [Fact]
    public void A_cancel_reaches_the_child_on_another_node()
        => Cluster.Run(cluster =>
        {
            var (first, agent) = (Join(cluster, "first"), new ScriptedAgent());
            Join(cluster, "second", agent);
            agent.On("t").Hangs();
            var (run, child) = Start(first);
            cluster.Until(() => agent.Running == 1);
            cluster.Do(first.Orchestrator.CancelAsync(run, "Enough."));
            Assert.Equal(RunStatus.Canceled, cluster.Do(first.Orchestrator.WaitAsync(run)).Status);
            Assert.Equal(RunStatus.Canceled, cluster.Find(child).Status);
            Assert.Contains("attempt.failed s#1 Canceled", cluster.JournalOf(run));
        });

    private static ClusterNode Join(Cluster cluster, string name, ScriptedAgent? agent = null) => cluster.Join(name, build: builder =>
    {
        builder.Services.AddSingleton<IPlanSource>(new Source());
        if (agent is not null)
        {
            builder.AddAgent("y", agent);
        }
    });

    private static (RunId Run, RunId Child) Start(ClusterNode node)
    {
        var run = node.Start(plan => plan.Phase("one", phase => phase.SubPlan("s", "inner").Task("after", "x", task => task.After("s"))));
        return (run, new RunId($"{run}/s#1"));
    }

    private sealed class Source : IPlanSource
    {
        public ValueTask<OrchestrationPlan?> FindAsync(string id, string? version, CancellationToken cancellationToken) => ValueTask.FromResult<OrchestrationPlan?>(Inner);
    }
}
