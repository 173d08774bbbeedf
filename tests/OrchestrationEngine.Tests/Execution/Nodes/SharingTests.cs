using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Runs;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution.Nodes;

public sealed class SharingTests
{
    [Fact]
    public void Commands_reach_the_node_that_has_the_run_and_their_answers_come_back()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            var hold = new TaskCompletionSource();
            first.Agent.On("a").After(hold.Task).Succeeds();
            var run = first.Start(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")));
            cluster.Until(() => first.Agent.Running == 1);
            cluster.Do(second.Orchestrator.PauseAsync(run, "Wait."));
            Assert.Equal("run.paused", cluster.JournalOf(run)[^1]);
            Assert.Equal("first/1", cluster.Find(run).Node!.Value.Value);
            var refused = Assert.Throws<RunRefusedException>(() => cluster.Do(second.Orchestrator.RestartFromAsync(run, RestartPoint.AtTask("a"), "Again.", Ending)));
            Assert.Equal(Assert.Throws<RunRefusedException>(() => cluster.Do(first.Orchestrator.RestartFromAsync(run, RestartPoint.AtTask("a"), "Again.", Ending))).Message, refused.Message);
            cluster.Do(second.Orchestrator.ResumeAsync(run, "Go on."));
            hold.SetResult();
            Assert.Equal(RunStatus.Succeeded, cluster.Do(second.Orchestrator.WaitAsync(run)).Status);
            Assert.Empty(second.Agent.Calls);
            Assert.Throws<RunNotFoundException>(() => cluster.Do(second.Orchestrator.PauseAsync(new RunId("none"), "Wait.", Ending)));
        });

    [Fact]
    public void A_run_that_no_node_has_is_taken_up_for_what_is_wanted_of_it()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            first.Agent.On("a").Fails(FailureClass.Permanent);
            second.Agent.On("a").Fails(FailureClass.Permanent).Succeeds();
            var run = first.Start(Single());
            Assert.Equal(RunStatus.Failed, cluster.Do(second.Orchestrator.WaitAsync(run)).Status);
            first.Kill();
            cluster.Do(second.Orchestrator.RestartFromAsync(run, RestartPoint.AtTask("a"), "Again."));
            Assert.Equal(RunStatus.Failed, cluster.Do(second.Orchestrator.WaitAsync(run)).Status);
            cluster.Do(second.Orchestrator.RestartFromAsync(run, RestartPoint.AtTask("a"), "Once more."));
            Assert.Equal(RunStatus.Succeeded, cluster.Do(second.Orchestrator.WaitAsync(run)).Status);
            Assert.Equal(2, cluster.JournalOf(run).Count(fact => fact.StartsWith("run.restarted", StringComparison.Ordinal)));
        });

    [Fact]
    public void A_paused_run_holds_no_lease_and_is_resumed_from_anywhere()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            first.Agent.On("a").Fails(FailureClass.Unavailable, retryAfter: TimeSpan.FromSeconds(5));
            var run = first.Start(Single(task => task.Retry(2)));
            cluster.Until(() => cluster.JournalOf(run)[^1].StartsWith("task.retry_scheduled", StringComparison.Ordinal));
            cluster.Do(second.Orchestrator.PauseAsync(run, "Wait."));
            cluster.Pass(TimeSpan.FromSeconds(30));
            Assert.Null(cluster.Find(run).Node);
            first.Kill();
            cluster.Do(second.Orchestrator.ResumeAsync(run, "Go on."));
            Assert.Equal(RunStatus.Succeeded, cluster.Do(second.Orchestrator.WaitAsync(run)).Status);
        });

    [Fact]
    public void A_message_that_is_posted_twice_is_carried_out_once_and_one_that_makes_no_sense_is_refused()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            first.Agent.On("a").Hangs();
            var run = first.Start(Single());
            cluster.Until(() => first.Agent.Running == 1);
            foreach (var (id, kind, payload) in new[] { ("m1", "signal", """{"name":"n","payload":1}"""), ("m1", "signal", """{"name":"n","payload":2}"""), ("m2", "dance", "{}"), ("m3", "pause", "[]"), ("m4", "pause", "{\"reason\":null}") })
            {
                cluster.Do(cluster.Store.PostAsync(new InboxMessage { Id = id, Run = run, Kind = kind, Payload = JsonData.Parse(payload) }, default).AsTask());
            }

            cluster.Pass(TimeSpan.FromSeconds(5));
            Assert.Null(AnswerTo("m1").Refusal);
            Assert.Contains("'dance'", AnswerTo("m2").Refusal, StringComparison.Ordinal);
            Assert.Contains("'m3' of kind 'pause' can't be read", AnswerTo("m3").Refusal, StringComparison.Ordinal);
            Assert.Contains("'reason' is null", AnswerTo("m4").Refusal, StringComparison.Ordinal);
            Assert.Equal("1", Assert.Single(cluster.Do(second.Orchestrator.GetAsync(run))!.Signals).Payload.ToString());

            InboxAnswer AnswerTo(string id) => cluster.Do(cluster.Store.FindAnswerAsync(id, default).AsTask())!.Value;
        });

    [Fact]
    public void A_signal_is_received_once_from_any_node()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            first.Agent.On("a").Hangs();
            var run = first.Start(Single());
            cluster.Do(second.Orchestrator.SignalAsync(run, "from second", JsonData.String("2")));
            cluster.Do(first.Orchestrator.SignalAsync(run, "from first"));
            Assert.Equal(["from second", "from first"], cluster.Do(first.Orchestrator.GetAsync(run))!.Signals.Select(signal => signal.Name));
            cluster.Do(second.Orchestrator.CancelAsync(run, "Enough."));
            cluster.Do(first.Orchestrator.WaitAsync(run));
            Assert.Throws<RunRefusedException>(() => cluster.Do(second.Orchestrator.SignalAsync(run, "late", cancellationToken: Ending)));
        });

    [Fact]
    public void A_run_goes_to_a_node_that_has_its_agents_and_the_others_say_why_it_waits()
        => Cluster.Run(cluster =>
        {
            var without = cluster.Join("without");
            var with = cluster.Join("with", build: WithReviewer);
            with.Agent.On("a").Hangs();
            var run = with.Start(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "reviewer")));
            cluster.Until(() => with.Agent.Running == 1);
            Assert.Equal("Node 'with/2' has the run.", cluster.Do(without.Orchestrator.ExplainAsync(run))[0].Reason);
            with.Kill();
            cluster.Pass(TimeSpan.FromMinutes(1));
            Assert.Null(cluster.Find(run).Node);
            Assert.StartsWith("The run waits for a process that has its agents: reviewer is not registered here.", cluster.Do(without.Orchestrator.ExplainAsync(run))[0].Reason, StringComparison.Ordinal);

            // What is wanted of it can be done anywhere, and it goes back at once.
            cluster.Do(without.Orchestrator.SignalAsync(run, "hello"));
            cluster.Pass(TimeSpan.FromSeconds(1));
            Assert.Null(cluster.Find(run).Node);
            Assert.Empty(without.Agent.Calls);
            var other = cluster.Join("other", build: WithReviewer);
            Assert.Equal(RunStatus.Succeeded, cluster.Do(without.Orchestrator.WaitAsync(run)).Status);
            Assert.Single(other.Agent.CallsOf("a"));

            static void WithReviewer(IOrchestrationBuilder builder) => builder.AddAgent("reviewer", new ScriptedAgent());
        });

    [Fact]
    public void A_node_has_no_more_runs_than_it_has_room_for_and_the_rest_goes_to_others()
        => Cluster.Run(cluster =>
        {
            var first = cluster.Join("first", options => options.MaxRuns = 2);
            first.Agent.On("a").Hangs();
            var runs = Enumerable.Range(0, 5).Select(_ => first.Start(Single())).ToList();
            cluster.Pass(TimeSpan.FromSeconds(10));
            Assert.Equal(2, first.Agent.Running);
            Assert.Equal("No node has the run now; the first that has its agents and room for it takes it up.", cluster.Do(first.Orchestrator.ExplainAsync(runs[^1]))[0].Reason);
            var second = cluster.Join("second", options => options.MaxRuns = 1);
            second.Agent.On("a").Succeeds();
            cluster.Pass(TimeSpan.FromSeconds(10));
            Assert.Equal((2, 3), (first.Agent.Calls.Count, second.Agent.Calls.Count));
            Assert.Equal(1, second.Agent.MostRunning);
            Assert.Equal(3, runs.Count(run => cluster.Find(run).Status == RunStatus.Succeeded));
        });

    [Fact]
    public void A_run_is_watched_and_waited_for_wherever_it_is()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            first.Agent.On("b").Hangs();
            var run = first.Start(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x").Task("c", "x")));
            var (seen, waiting) = (new List<long>(), second.Orchestrator.WaitAsync(run));
            var watching = WatchAsync();
            cluster.Until(() => first.Agent.CallsOf("b").Count == 1);
            cluster.Pass(TimeSpan.FromSeconds(3));
            Assert.Equal(cluster.Find(run).Version, seen.Count);
            first.Kill();
            Assert.Equal(RunStatus.Succeeded, cluster.Do(waiting).Status);
            cluster.Do(watching);
            Assert.Equal(Enumerable.Range(1, (int)cluster.Find(run).Version).Select(number => (long)number), seen);

            async Task WatchAsync()
            {
                await foreach (var recorded in second.Orchestrator.WatchAsync(run))
                {
                    seen.Add(recorded.Sequence);
                }
            }
        });

    [Fact]
    public void Runs_of_many_nodes_are_each_carried_out_once_while_nodes_come_and_go()
        => Cluster.Run(cluster =>
        {
            var first = cluster.Join("first");
            var runs = Enumerable.Range(0, 200).Select(_ => first.Start(plan => plan.Phase("one", phase => phase.Task("a", "x", task => task.Retry(2)).Task("b", "x")))).ToList();
            var second = cluster.Join("second");
            first.Kill();
            cluster.Until(() => runs.TrueForAll(run => cluster.Find(run).Status == RunStatus.Succeeded));
            foreach (var run in runs)
            {
                Assert.Equal(2, cluster.JournalOf(run).Count(fact => fact.StartsWith("attempt.succeeded", StringComparison.Ordinal)));
            }
        });
}
