using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class SkipTests
{
    private const string Off = """{"on":false}""";
    private const string On = """{"on":true}""";

    [Fact]
    public void A_task_is_skipped_when_what_it_depends_on_has_no_output_and_so_is_all_that_depends_on_it()
    {
        var run = new RunScenario(plan => plan.Phase("one", phase => phase.Parallel().OnFailure(FailureMode.FinishWhatCan, 1)
            .Task("a", "x")
            .Task("b", "x", task => task.After("a"))
            .Task("c", "x", task => task.Bind("i", "tasks.b.output")))).Starts();
        run.Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "task.skipped b", "task.skipped c", "phase.completed one", "run.completed Succeeded");
        Assert.Equal("Task 'b', which it depends on, ended as Skipped.", run.Facts.Select(fact => fact.Event).OfType<TaskSkipped>().Last().Reason);
    }

    [Fact]
    public void A_task_that_is_to_run_anyway_runs()
        => Chain(OnSkipped.Run).Starts().Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "attempt.started b#1");

    [Fact]
    public void A_task_that_is_to_fail_then_fails()
        => Chain(OnSkipped.Fail).Starts().Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "task.failed b InvalidInput", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void A_task_waits_for_all_that_it_depends_on_before_it_is_skipped()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Parallel().OnFailure(FailureMode.FinishWhatCan, 1)
                .Task("a", "x")
                .Task("b", "x")
                .Task("c", "x", task => task.After("a", "b"))))
            .Starts()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown")
            .Succeeds("b").Then("attempt.succeeded b#1", "task.skipped c", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void Standing_behind_a_failed_task_in_a_sequential_phase_is_no_reason_to_be_skipped()
        => new RunScenario(plan => plan.Phase("one", phase => phase.OnFailure(FailureMode.FinishWhatCan, 1).Task("a", "x").Task("b", "x").Task("c", "x", task => task.After("a"))))
            .Starts()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "attempt.started b#1")
            .Succeeds("b").Then("attempt.succeeded b#1", "task.skipped c", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void Depending_on_the_task_before_it_by_name_is_a_reason_to_be_skipped()
        => new RunScenario(plan => plan.Phase("one", phase => phase.OnFailure(FailureMode.FinishWhatCan, 1).Task("a", "x").Task("b", "x", task => task.After("a"))))
            .Starts()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "task.skipped b", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void A_phase_whose_condition_is_false_is_skipped_with_its_tasks_and_the_next_one_goes_on()
    {
        var run = new RunScenario(
            plan => plan.Input("on")
                .Phase("one", phase => phase.When("inputs.on").Task("a", "x").Task("b", "x"))
                .Phase("two", phase => phase.Parallel().Task("c", "x").Task("d", "x", task => task.After("a"))),
            Off).Starts();
        run.Then("run.started", "phase.skipped one", "phase.started two", "task.skipped d", "attempt.started c#1");
        Assert.Equal("Its condition is false: inputs.on", run.Fact<PhaseSkipped>().Reason);
        Assert.Equal([RunTaskStatus.Skipped, RunTaskStatus.Skipped], [run["a"].Status, run["b"].Status]);
    }

    [Fact]
    public void A_phase_whose_condition_is_true_starts()
        => new RunScenario(plan => plan.Input("on").Phase("one", phase => phase.When("inputs.on").Task("a", "x")), On)
            .Starts().Then("run.started", "phase.started one", "attempt.started a#1");

    [Theory]
    [InlineData("""{"ok":true}""", "phase.started two")]
    [InlineData("""{"ok":false}""", "phase.skipped two")]
    public void A_condition_reads_what_an_earlier_phase_has_made(string output, string expected)
        => Assert.Contains(expected, Asks("tasks.a.output.ok").Starts().Succeeds("a", output).Facts.Select(FactText.Of));

    [Fact]
    public void A_condition_that_can_not_be_read_fails_the_run_and_says_why()
    {
        var run = Asks("tasks.a.output.ok").Starts().Succeeds("a", "7");
        run.Then("attempt.succeeded a#1", "phase.completed one", "run.stopping Failed", "phase.canceled two", "run.completed Failed");
        Assert.StartsWith("The condition of phase 'two' (tasks.a.output.ok) can't be read: ", run.State.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_that_is_neither_true_nor_false_fails_the_run()
        => Asks("tasks.a.output").Starts().Succeeds("a", "7").Then("attempt.succeeded a#1", "phase.completed one", "run.stopping Failed", "phase.canceled two", "run.completed Failed");

    [Fact]
    public void A_condition_is_read_when_the_phase_would_start_and_not_before()
        => Asks("tasks.a.output != null").Starts().Then("run.started", "phase.started one", "attempt.started a#1").Succeeds("a", "7");

    private static RunScenario Asks(string condition) => new(plan => plan
        .Phase("one", phase => phase.Task("a", "x"))
        .Phase("two", phase => phase.When(condition).Task("b", "x")));

    private static RunScenario Chain(OnSkipped reaction) => new(plan => plan.Phase("one", phase => phase.Parallel().OnFailure(FailureMode.FinishWhatCan, 2)
        .Task("a", "x")
        .Task("b", "x", task => task.After("a").OnSkipped(reaction))));
}
