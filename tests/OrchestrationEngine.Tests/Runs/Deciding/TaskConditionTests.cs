using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using static OrchestrationEngine.Tests.Runs.Deciding.FlowPlan;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class TaskConditionTests
{
    [Theory]
    [InlineData("true", "attempt.started b#1")]
    [InlineData("false", "task.skipped b")]
    public void A_task_is_done_when_its_condition_holds(string ok, string expected)
    {
        var run = new RunScenario(Of(Task("a"), Task("b", "a") with { When = If("tasks.a.output.ok") })).Starts().Succeeds("a", $$"""{"ok":{{ok}}}""");
        Assert.Equal(expected, FactText.Of(run.Facts[1]));
    }

    [Fact]
    public void A_skipped_task_says_which_condition_was_false()
        => Assert.Equal("Its condition is false: false", new RunScenario(Of(Task("a") with { When = If("false") })).Starts().SkipReason("a"));

    [Fact]
    public void A_condition_that_can_not_be_read_fails_the_task()
    {
        var run = new RunScenario(Of(Task("a"), Task("b", "a") with { When = If("tasks.a.output.ok") })).Starts().Succeeds("a", "7");
        Assert.StartsWith("The condition of task 'b' (tasks.a.output.ok) can't be read: ", run.Fact<TaskFailed>().Failure.Message, StringComparison.Ordinal);
        Assert.Equal(FailureClass.InvalidInput, run.Fact<TaskFailed>().Failure.Class);
    }

    [Theory]
    [InlineData(null, "true")]
    [InlineData("Done before.", "Done before.")]
    public void A_task_is_left_out_for_the_reason_that_the_plan_gives(string? reason, string expected)
        => Assert.Equal(expected, new RunScenario(Of(Task("a") with { SkipWhen = new SkipCondition { Condition = If("true"), Reason = reason } })).Starts().SkipReason("a"));

    [Fact]
    public void What_a_task_is_left_out_by_and_can_not_be_read_fails_it()
        => Assert.Equal(RunTaskStatus.Failed, new RunScenario(Of(Task("a") with { SkipWhen = new SkipCondition { Condition = If("inputs.none") } })).Starts()["a"].Status);

    [Fact]
    public void A_condition_is_not_read_before_the_join_is_complete()
        => new RunScenario(Of(Task("a"), Task("b", "a") with { When = If("tasks.a.output.ok") })).Starts().Are(RunTaskStatus.Pending, "b");

    [Fact]
    public void A_phase_is_left_out_for_the_reason_that_the_plan_gives()
    {
        var run = new RunScenario(Of(Phase("one", Task("a")) with { SkipWhen = new SkipCondition { Condition = If("true"), Reason = "Done before." } })).Starts();
        run.Then("run.started", "phase.skipped one", "run.completed Succeeded");
        Assert.Equal("Done before.", run.Fact<PhaseSkipped>().Reason);
    }

    [Fact]
    public void Of_a_choice_the_first_whose_condition_holds_is_done_and_the_others_are_skipped()
    {
        var run = new RunScenario(Of(Chosen("a", "false"), Chosen("b", "true"), Chosen("c", "true"))).Starts();
        run.Then("run.started", "phase.started one", "task.skipped a", "task.skipped c", "attempt.started b#1");
        Assert.Equal("Task 'b' was chosen (choice 'way').", run.SkipReason("c"));
    }

    [Fact]
    public void A_member_of_a_choice_waits_until_those_before_it_are_decided()
    {
        var run = new RunScenario(Of(Task("s"), Chosen("a", "tasks.s.output.ok", "s"), Chosen("b", "true"))).Starts();
        run.Then("run.started", "phase.started one", "attempt.started s#1");
        run.Succeeds("s", """{"ok":false}""").Then("attempt.succeeded s#1", "task.skipped a", "attempt.started b#1");
    }

    [Fact]
    public void A_choice_that_a_failed_task_has_taken_stays_taken()
    {
        var run = new RunScenario(Of(Task("s"), Chosen("a", "tasks.s.output.ok", "s"), Chosen("b", "true"))).Starts();
        run.Succeeds("s", "7").Then("attempt.succeeded s#1", "task.failed a InvalidInput", "task.skipped b", "phase.completed one", "run.completed Succeeded");
    }

    [Fact]
    public void A_restart_at_a_member_of_a_choice_decides_it_again()
    {
        var run = new RunScenario(Of(Phase("one", Chosen("a", "false"), Chosen("b", "true"), Chosen("c", "true")) with { OnFailure = FailurePolicy.FailFast })).Starts();
        run.Fails("b").Then("attempt.failed b#1 Unknown", "task.failed b Unknown", "phase.failed one", "run.completed Failed");
        run.RestartsAtTask("b").Then("run.restarted b", "phase.reopened one 2 [a b c]", "phase.started one", "task.skipped a", "task.skipped c", "attempt.started b#2");
    }

    private static TaskDefinition Chosen(string id, string when, params string[] after) => Task(id, after) with { Choice = "way", When = If(when) };
}
