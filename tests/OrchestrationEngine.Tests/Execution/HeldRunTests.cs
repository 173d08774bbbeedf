using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Runs;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>A process that takes up a run whose agents it does not have.</summary>
public sealed class HeldRunTests
{
    [Fact]
    public async Task A_run_whose_agent_is_not_registered_waits_with_the_reason_and_goes_on_where_it_is()
    {
        var time = new ManualTimeProvider();
        var store = new InMemoryStateStore(time);
        RunHandle run;
        await using (var first = new TestEngine(store, time: time, build: builder => builder.AddAgent("reviewer", new ScriptedAgent())))
        {
            first.Agent.On("a").Hangs();
            run = await first.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "reviewer")));
            await first.Agent.WaitForCallAsync("a", cancellationToken: TestEngine.Ending).Soon();
        }

        await using (var without = new TestEngine(store, time: time))
        {
            var waits = await without.Orchestrator.ExplainAsync(run.Id, TestEngine.Ending).Soon();
            Assert.Contains(waits, wait => wait.Reason == "The run waits for a process that has its agents: reviewer is not registered here. Registered are: x.");
            Assert.Empty(without.Agent.Calls);
            await without.Orchestrator.PauseAsync(run.Id, "It can still be steered.", TestEngine.Ending).Soon();
            await without.Orchestrator.ResumeAsync(run.Id, "It can.", TestEngine.Ending).Soon();
        }

        await using var second = new TestEngine(store, time: time, build: builder => builder.AddAgent("reviewer", new ScriptedAgent()));
        var result = await second.Orchestrator.WaitAsync(run.Id, TestEngine.Ending).Soon();

        Assert.Equal(RunStatus.Succeeded, result.Status);
    }
}
