using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Execution;

public sealed class StartAtTests
{
    [Fact]
    public async Task A_run_starts_at_the_phase_that_its_starter_names_and_those_before_it_are_skipped()
    {
        await using var engine = Engine();
        var run = await engine.StartAsync(Three, new StartRunOptions { StartAt = "two" });
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        var end = (await engine.Orchestrator.GetAsync(run.Id, TestEngine.Ending))!;
        Assert.Equal([RunPhaseStatus.Skipped, RunPhaseStatus.Completed, RunPhaseStatus.Completed], end.Phases.Select(phase => phase.Status));
        Assert.Equal("The run starts at phase 'two'.", end.Phases[0].Reason);
    }

    [Theory]
    [InlineData("\"two\"", RunPhaseStatus.Skipped, RunStatus.Succeeded)]
    [InlineData("null", RunPhaseStatus.Completed, RunStatus.Succeeded)]
    [InlineData("\"tow\"", RunPhaseStatus.Canceled, RunStatus.Failed)]
    [InlineData("7", RunPhaseStatus.Canceled, RunStatus.Failed)]
    public async Task A_plan_says_from_its_inputs_where_a_run_starts(string input, RunPhaseStatus first, RunStatus status)
    {
        await using var engine = Engine();
        var options = new StartRunOptions { Inputs = new Dictionary<string, JsonData> { ["from"] = JsonData.Parse(input) } };
        var run = await engine.StartAsync(plan => Three(plan.Input("from").StartAt("inputs.from")), options);
        var result = await TestEngine.EndOf(run);
        Assert.Equal(status, result.Status);
        Assert.Equal(first, (await engine.Orchestrator.GetAsync(run.Id, TestEngine.Ending))!.Phases[0].Status);
        if (input == "\"tow\"")
        {
            Assert.Equal("The run is to start at phase 'tow' (startAt: inputs.from), which the plan does not have. Did you mean 'two'?", result.Reason);
        }
    }

    [Fact]
    public async Task Who_starts_a_run_at_a_phase_that_is_not_there_hears_so_at_once()
    {
        await using var engine = Engine();
        var options = new StartRunOptions { StartAt = "tow", PhaseModes = new Dictionary<string, PhaseMode> { ["four"] = PhaseMode.Parallel, ["one"] = (PhaseMode)9 } };
        var error = await Assert.ThrowsAsync<PlanInvalidException>(() => engine.StartAsync(Three, options));
        Assert.Equal(["/startAt", "/phaseModes/four", "/phaseModes/one"], error.Problems.Select(problem => problem.Pointer));
        Assert.Equal("two", error.Problems[0].Nearest);
    }

    [Fact]
    public async Task A_phase_may_be_done_in_another_mode_than_the_plan_says_and_the_journal_has_it()
    {
        await using var engine = Engine();
        var run = await engine.StartAsync(
            plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")),
            new StartRunOptions { PhaseModes = new Dictionary<string, PhaseMode> { ["one"] = PhaseMode.Parallel } });
        await TestEngine.EndOf(run);
        var created = Assert.IsType<RunCreated>((await engine.FactsOf(run.Id))[0].Event);
        Assert.Equal(PhaseMode.Parallel, created.Plan.Phases[0].Mode);
        Assert.Equal(PhaseMode.Parallel, created.PhaseModes["one"]);
    }

    private static void Three(PlanBuilder plan) => plan
        .Phase("one", phase => phase.Task("a", "x"))
        .Phase("two", phase => phase.Task("b", "x"))
        .Phase("three", phase => phase.Task("c", "x"));

    private static TestEngine Engine()
    {
        var engine = new TestEngine();
        foreach (var task in new[] { "a", "b", "c" })
        {
            engine.Agent.On(task).Succeeds(task);
        }

        return engine;
    }
}
