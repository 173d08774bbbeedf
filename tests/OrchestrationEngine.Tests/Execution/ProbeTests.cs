using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>A process ends while an attempt is out, and the next one asks the agent what became of it.</summary>
public sealed class ProbeTests
{
    private readonly InMemoryStateStore _store = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task When_it_happened_the_task_has_succeeded_and_the_agent_is_not_called()
    {
        var run = await DieAsync(Once());
        var agent = new ProbingAgent(_ => AgentProbeResult.Happened(JsonData.String("done before")));
        await using var engine = Next(agent);
        Assert.Equal(RunStatus.Succeeded, (await engine.Orchestrator.WaitAsync(run, TestEngine.Ending).Soon()).Status);
        Assert.Equal("\"done before\"", (await engine.TaskAsync(run, "a")).Output.ToString());
        Assert.Empty(agent.Script.Calls);
        Assert.Equal(ProbeFinding.Happened, (await FactsAsync<AttemptSucceeded>(engine, run)).Single().Probe);

        // The probe has the key of the attempt in question and a number above it.
        var probe = Assert.Single(agent.Probes);
        Assert.Equal((2, $"{run}/a#1"), (probe.Attempt, probe.IdempotencyKey));
    }

    [Fact]
    public async Task When_it_did_not_happen_the_agent_is_called_in_the_same_attempt()
    {
        var run = await DieAsync(Once());
        var agent = new ProbingAgent(_ => AgentProbeResult.DidNotHappen());
        await using var engine = Next(agent);
        Assert.Equal(RunStatus.Succeeded, (await engine.Orchestrator.WaitAsync(run, TestEngine.Ending).Soon()).Status);
        Assert.Equal((1, 2), (agent.Probes.Count, Assert.Single(agent.Script.Calls).Attempt));
        Assert.Equal(ProbeFinding.DidNotHappen, (await FactsAsync<AttemptSucceeded>(engine, run)).Single().Probe);
    }

    [Fact]
    public async Task When_it_did_not_happen_and_the_agent_fails_the_next_attempt_does_not_ask_again()
    {
        var run = await DieAsync(Once());
        var agent = new ProbingAgent(_ => AgentProbeResult.DidNotHappen());
        agent.Script.On("a").Fails(FailureClass.Unavailable).Succeeds();
        await using var engine = Next(agent);
        await _time.AdvanceUntilAsync(engine.Orchestrator.WaitAsync(run, TestEngine.Ending));
        Assert.Equal((1, 2), (agent.Probes.Count, agent.Script.Calls.Count));
    }

    [Fact]
    public async Task When_it_can_not_be_told_the_attempt_fails_and_the_next_one_asks_again()
    {
        var run = await DieAsync(Once());
        var agent = new ProbingAgent(request => request.Attempt == 2 ? AgentProbeResult.Unknown("The bank is closed.") : AgentProbeResult.Happened());
        await using var engine = Next(agent);
        await _time.AdvanceUntilAsync(engine.Orchestrator.WaitAsync(run, TestEngine.Ending));
        Assert.Empty(agent.Script.Calls);
        Assert.Equal([2, 3], agent.Probes.Select(probe => probe.Attempt));
        var failed = (await FactsAsync<AttemptFailed>(engine, run)).Single();
        Assert.Equal((FailureClass.Unknown, ProbeFinding.Unknown), (failed.Failure.Class, failed.Probe));
        Assert.Equal("Nobody knows whether an earlier attempt did its work. The bank is closed.", failed.Failure.Message);
    }

    [Fact]
    public async Task An_attempt_that_was_given_up_is_asked_about_too()
    {
        var agent = new ProbingAgent(_ => AgentProbeResult.Happened());
        agent.Script.On("a").Hangs(ignoreCancellation: true);
        await using var engine = Next(agent);
        var run = await engine.StartAsync(Once(task => task.Timeout(TimeSpan.FromMinutes(5))));
        await agent.Script.WaitForCallAsync("a", 1, TestEngine.Ending).Soon();
        await engine.PassAsync(run.Id, TimeSpan.FromMinutes(5));
        await engine.SeenAsync(run.Id, "attempt.stopping a#1");
        await engine.PassAsync(run.Id, TimeSpan.FromSeconds(30));
        await engine.SeenAsync(run.Id, "task.retry_scheduled a +1s");
        await engine.PassAsync(run.Id, TimeSpan.FromSeconds(1));
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        Assert.Equal(2, Assert.Single(agent.Probes).Attempt);
        Assert.Single(agent.Script.Calls);
    }

    [Fact]
    public async Task What_a_probe_found_is_checked_like_any_output()
    {
        var run = await DieAsync(Once(task => task.Output("total")));
        var agent = new ProbingAgent(_ => AgentProbeResult.Happened(JsonData.Parse("{}")));
        await using var engine = Next(agent);
        await _time.AdvanceUntilAsync(engine.Orchestrator.WaitAsync(run, TestEngine.Ending));
        Assert.Empty(agent.Script.Calls);
        Assert.Equal(FailureClass.InvalidOutput, (await engine.TaskAsync(run, "a")).Failure!.Class);
    }

    [Fact]
    public async Task A_probe_that_throws_or_returns_nothing_fails_the_attempt_and_the_agent_is_not_called()
    {
        foreach (var (answer, kind, message) in new (Func<AgentRequest, AgentProbeResult?>, FailureClass, string)[]
        {
            (_ => throw new InvalidOperationException("I am broken."), FailureClass.Crashed, "Agent 'p' threw InvalidOperationException: I am broken."),
            (_ => null, FailureClass.InvalidOutput, "The probe of agent 'p' returned null instead of an AgentProbeResult."),
        })
        {
            var run = await DieAsync(Once());
            var agent = new ProbingAgent(answer);
            await using var engine = Next(agent);
            Assert.Equal(RunStatus.Failed, (await engine.Orchestrator.WaitAsync(run, TestEngine.Ending).Soon()).Status);
            Assert.Empty(agent.Script.Calls);
            Assert.Equal(new Failure(kind, message), (await engine.TaskAsync(run, "a")).Failure);
            Assert.True((await engine.TaskAsync(run, "a")).OutcomeUnknown);
        }
    }

    [Fact]
    public async Task A_task_that_is_simply_tried_again_asks_nobody()
    {
        var run = await DieAsync(Once(task => task.OnUnknown(OnUnknown.Retry)));
        var agent = new ProbingAgent(_ => AgentProbeResult.Happened());
        await using var engine = Next(agent);
        await engine.Orchestrator.WaitAsync(run, TestEngine.Ending).Soon();
        Assert.Equal((0, 1), (agent.Probes.Count, agent.Script.Calls.Count));
    }

    [Fact]
    public async Task A_plan_that_wants_an_agent_asked_that_can_not_tell_is_refused()
    {
        await using var engine = new TestEngine(_store);
        var error = await Assert.ThrowsAsync<PlanInvalidException>(() => engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x", task => task.OnUnknown(OnUnknown.Probe)))));
        var problem = Assert.Single(error.Problems);
        Assert.Equal("/phases/0/tasks/0/onUnknown", problem.Pointer);
        Assert.StartsWith("Task 'a' wants unknown outcomes to be found out (probe), but agent 'x' can't do that: it does not implement IAgentProbe.", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_whose_agent_can_not_tell_does_not_do_it_again()
    {
        var run = await DieAsync(Once(task => task.Retry(1)));
        var agent = new ScriptedAgent();
        await using var engine = new TestEngine(_store, time: _time, build: builder => builder.AddAgent("p", agent));
        Assert.Equal(RunStatus.Failed, (await engine.Orchestrator.WaitAsync(run, TestEngine.Ending).Soon()).Status);
        Assert.Empty(agent.Calls);
        var failure = (await engine.TaskAsync(run, "a")).Failure!;
        Assert.Equal(FailureClass.Unavailable, failure.Class);
        Assert.Contains("agent 'p' can't find out, as registered here: it does not implement IAgentProbe", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_is_registered_by_its_class_is_asked_in_the_scope_of_its_attempt()
    {
        var run = await DieAsync(Once());
        await using var engine = new TestEngine(_store, time: _time, build: builder => builder.AddAgent<ClassAgent>("p"));
        Assert.Equal(RunStatus.Succeeded, (await engine.Orchestrator.WaitAsync(run, TestEngine.Ending).Soon()).Status);

        // One instance, which knows in the call what it said in the probe.
        Assert.Equal("\"asked\"", (await engine.TaskAsync(run, "a")).Output.ToString());
    }

    private static Action<PlanBuilder> Once(Action<TaskBuilder>? configure = null) => plan => plan.Phase("one", phase => phase.Task("a", "p", task =>
    {
        task.OnUnknown(OnUnknown.Probe).Retry(3);
        configure?.Invoke(task);
    }));

    private static async Task<IReadOnlyList<T>> FactsAsync<T>(TestEngine engine, RunId run) => [.. (await engine.FactsOf(run)).Select(fact => fact.Event).OfType<T>()];

    private TestEngine Next(ProbingAgent agent) => new(_store, time: _time, build: builder => builder.AddAgent("p", agent));

    private async Task<RunId> DieAsync(Action<PlanBuilder> plan)
    {
        var agent = new ProbingAgent(_ => throw new InvalidOperationException("Nobody should ask."));
        agent.Script.On("a").Hangs();
        await using var engine = Next(agent);
        var run = await engine.StartAsync(plan);
        await agent.Script.WaitForCallAsync("a", 1, TestEngine.Ending).Soon();
        return run.Id;
    }

    private sealed class ProbingAgent(Func<AgentRequest, AgentProbeResult?> answer) : IAgentAdapter, IAgentProbe
    {
        public ScriptedAgent Script { get; } = new();

        public List<AgentRequest> Probes { get; } = [];

        public Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
            => Script.ExecuteAsync(request, context, cancellationToken);

        public async Task<AgentProbeResult> ProbeAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Probes.Add(request);
            return answer(request)!;
        }
    }

    private sealed class ClassAgent : IAgentAdapter, IAgentProbe
    {
        private bool _asked;

        public Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
            => Task.FromResult(AgentResult.Succeeded(_asked ? "asked" : "not asked"));

        public Task<AgentProbeResult> ProbeAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
        {
            _asked = true;
            return Task.FromResult(AgentProbeResult.DidNotHappen());
        }
    }
}
