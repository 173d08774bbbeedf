using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using static OrchestrationEngine.Tests.Runs.Deciding.FlowPlan;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class EndTests
{
    [Theory]
    [InlineData(EndStatus.Succeeded, RunStatus.Succeeded)]
    [InlineData(EndStatus.Failed, RunStatus.Failed)]
    [InlineData(EndStatus.Canceled, RunStatus.Canceled)]
    public void A_task_ends_the_run_and_what_is_under_way_is_canceled(EndStatus status, RunStatus outcome)
    {
        var run = new RunScenario(Of(Phase("one", Task("a"), Task("b"), End("e", status, "a")), Phase("two", Task("c")))).Starts();
        run.Succeeds("a").Then("attempt.succeeded a#1", "task.succeeded e", $"run.stopping {outcome}", "phase.canceled two");
        Assert.True(WantedEffects.ForTask(run.State, 1)!.Value.Stop);
        run.Fails("b").Then("attempt.failed b#1 Unknown", "task.canceled b", outcome == RunStatus.Succeeded ? "phase.completed one" : "phase.canceled one", $"run.completed {outcome}");
        Assert.Equal("Task 'e' ended the run.", run.Fact<RunCompleted>().Reason);
    }

    [Fact]
    public void Its_reason_is_what_the_plan_says()
    {
        var end = End("e", EndStatus.Failed, "a") with { End = new EndDefinition { Status = EndStatus.Failed, Reason = TextTemplate.Parse("${tasks.a.output.why}") } };
        Assert.Equal("Nothing to do.", new RunScenario(Of(Task("a"), end)).Starts().Succeeds("a", """{"why":"Nothing to do."}""").State.Reason);
    }

    [Fact]
    public void A_reason_that_can_not_be_read_fails_the_task_and_ends_nothing()
    {
        var end = End("e", EndStatus.Failed, "a") with { End = new EndDefinition { Status = EndStatus.Failed, Reason = TextTemplate.Parse("${tasks.a.output.why}") } };
        new RunScenario(Of(Task("a"), Task("b"), end)).Starts().Succeeds("a", "7").Then("attempt.succeeded a#1", "task.failed e InvalidInput");
    }

    [Fact]
    public void It_waits_for_no_room()
        => new RunScenario(Of(Task("a"), Task("b"), End("e", EndStatus.Succeeded)), room: 0).Starts()
            .Then("run.started", "phase.started one", "task.succeeded e", "run.stopping Succeeded", "phase.canceled one", "run.completed Succeeded");
}
