using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.SimulationTests;

/// <summary>What is made of something that was found.</summary>
public sealed class FindingTests
{
    private static readonly OrchestrationPlan OneTask = new PlanBuilder("one").Phase("only", phase => phase.Task("work", "agent")).Build();

    [Fact]
    public void What_was_found_is_shrunk_and_can_be_replayed()
    {
        var options = new SimulationOptions { WrapStore = store => new StoreThatLosesAppends(store, 40), FaultCount = 30 };
        var found = Simulation.Run(5, options);
        var shrunk = Simulation.Shrink(found);

        Assert.False(found.IsSuccess);
        Assert.Equal(found.Violation!.Rule, shrunk.Violation!.Rule);
        Assert.True(shrunk.Faults.Count < 5, $"{shrunk.Faults.Count} of {found.Faults.Count} faults are left.");
        Assert.True(shrunk.Options.Runs < options.Runs);

        var replayed = Simulation.Run(5, options with { Runs = shrunk.Options.Runs, Commands = shrunk.Options.Commands, Faults = SimulatedFault.Parse(SimulatedFault.Format(shrunk.Faults)) });
        Assert.Equal(shrunk.Trace.Hash, replayed.Trace.Hash);
        Assert.Equal(shrunk.Violation, replayed.Violation);
    }

    [Fact]
    public void A_failure_says_what_how_to_replay_it_and_what_led_to_it()
    {
        var options = new SimulationOptions { WrapStore = store => new StoreThatLosesAppends(store, 40) };
        var failure = Assert.Throws<SimulationFailedException>(() => Simulation.Explore(1, 20, options));

        Assert.NotNull(failure.Report);
        Assert.Contains("a store keeps what it has acknowledged", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"Simulation.Run({failure.Report.Seed}, ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("VIOLATION", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_agent_that_leaves_the_thread_is_named()
    {
        var report = Simulation.Run(1, With(LeaveAsync) with { SettleTime = TimeSpan.FromDays(3000) });

        Assert.Equal("all happens on one thread", report.Violation?.Rule);
        Assert.Contains("'agent'", report.Violation!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_never_ends_is_found()
    {
        var report = Simulation.Run(1, With((_, _, _) => new TaskCompletionSource<AgentResult>().Task));

        Assert.Equal("every run ends", report.Violation?.Rule);
    }

    [Fact]
    public void A_run_that_ends_as_its_plan_does_not_say_is_found()
    {
        var report = Simulation.Run(1, With((_, _, _) => Task.FromResult(AgentResult.Failed(FailureClass.Permanent, "No.", retryable: false))));

        Assert.Equal("a run ends as its plan says", report.Violation?.Rule);
    }

    [Fact]
    public void What_goes_round_in_a_circle_is_found()
    {
        var report = Simulation.Run(1, new SimulationOptions { MaxEvents = 50 });

        Assert.Equal("nothing goes round in a circle", report.Violation?.Rule);
    }

    private static async Task<AgentResult> LeaveAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        await Task.Run(() => { }, cancellationToken).ConfigureAwait(false);
        return AgentResult.Succeeded();
    }

    private static SimulationOptions With(Func<AgentRequest, IAgentContext, CancellationToken, Task<AgentResult>> agent) => new()
    {
        FaultCount = 0,
        Commands = 0,
        NextRun = _ => new SimulatedRun { Plan = OneTask, EndsAs = RunStatus.Succeeded },
        Agents = new Dictionary<string, Func<IAgentAdapter>> { ["agent"] = () => new Agent(agent) },
    };

    private sealed class Agent(Func<AgentRequest, IAgentContext, CancellationToken, Task<AgentResult>> execute) : IAgentAdapter
    {
        public Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken) => execute(request, context, cancellationToken);
    }
}
