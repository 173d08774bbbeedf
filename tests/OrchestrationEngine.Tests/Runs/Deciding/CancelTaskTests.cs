using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using static OrchestrationEngine.Tests.Runs.Deciding.FlowPlan;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class CancelTaskTests
{
    [Fact]
    public void A_task_that_has_not_begun_is_canceled_at_once_and_does_not_count_as_failed()
    {
        var run = new RunScenario(Of(Phase("one", Task("a"), Task("b", "a")) with { OnFailure = FailurePolicy.FailFast })).Starts();
        run.CancelsTasks("b").Then("task.canceled b").Succeeds("a").Then("attempt.succeeded a#1", "phase.completed one", "run.completed Succeeded");
    }

    [Fact]
    public void A_task_that_runs_is_asked_to_stop_and_is_canceled_when_its_attempt_ends_without_success()
    {
        var run = new RunScenario(Of(Task("a") with { Retry = new RetryPolicy { MaxAttempts = 5 } }, Task("b", "a"))).Starts();
        run.CancelsTasks("a").Then("task.stopping a");
        Assert.True(WantedEffects.ForTask(run.State, 0)!.Value.Stop);
        run.Fails("a").Then("attempt.failed a#1 Unknown", "task.canceled a", "task.skipped b", "phase.completed one", "run.completed Succeeded");
    }

    [Fact]
    public void One_that_succeeds_after_all_has_succeeded()
        => new RunScenario(Of(Task("a"))).Starts().CancelsTasks("a").Succeeds("a").Then("attempt.succeeded a#1", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void A_loop_that_is_canceled_takes_no_further_turn()
        => new RunScenario(Of(Task("a") with { Repeat = Until("false", 5) })).Starts().CancelsTasks("a")
            .Succeeds("a").Then("attempt.succeeded a#1 again", "task.canceled a", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void One_that_waits_for_its_next_attempt_is_canceled_at_once()
        => new RunScenario(Of(Task("a") with { Retry = new RetryPolicy { MaxAttempts = 5, InitialDelay = TimeSpan.FromSeconds(5) } })).Starts()
            .Fails("a").CancelsTasks("a").Then("task.canceled a", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void One_whose_process_ends_meanwhile_is_canceled()
        => new RunScenario(Of(Task("a"))).Starts().CancelsTasks("a").Reloads().Then("attempt.abandoned a#1", "task.canceled a", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void One_that_is_stopped_for_its_time_and_then_canceled_is_canceled_at_the_end_of_its_first_grace_period()
        => new RunScenario(Of(Task("a") with { Timeout = TimeSpan.FromSeconds(10) }), grace: TimeSpan.FromSeconds(30)).Starts()
            .Passes(10).Then("attempt.stopping a#1").Passes(20).CancelsTasks("a").Then("task.stopping a")
            .Passes(10).Then("task.canceled a forced", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void Asked_twice_it_happens_once()
    {
        var run = new RunScenario(Of(Task("a"), Task("b"))).Starts().CancelsTasks("a").CancelsTasks("a").Then();
        Assert.Null(run.Refusal);
        run.Fails("a").CancelsTasks("a").Then();
        Assert.Null(run.Refusal);
    }

    [Fact]
    public void Tasks_are_chosen_by_phase_and_label_and_name()
    {
        var run = new RunScenario(Of(
            Phase("one", Task("a") with { Tags = ["slow"] }, Task("b"), Task("c") with { Tags = ["slow"] }),
            Phase("two", Task("d") with { Tags = ["slow"] }))).Starts();
        run.CancelsTasks(new TaskSelection { Phase = "one", Tag = "slow", Tasks = ["c", "b"] }).Then("task.stopping c");
        run.CancelsTasks(TaskSelection.WithTag("slow")).Then("task.stopping a", "task.canceled d");
        run.CancelsTasks(TaskSelection.InPhase("one")).Then("task.stopping b");
    }

    [Fact]
    public void Refusals_say_what_is_wrong()
    {
        var run = new RunScenario(Of(Task("build"), Task("b"))).Starts().Succeeds("build");
        Assert.Equal("The plan of run 'r' has no task 'biuld'. Did you mean 'build'?", run.CancelsTasks("biuld").Refusal);
        Assert.Equal("The plan of run 'r' has no phase 'on'. Did you mean 'one'?", run.CancelsTasks(TaskSelection.InPhase("on")).Refusal);
        Assert.Equal("No task of run 'r' fits: tag 'x'.", run.CancelsTasks(TaskSelection.WithTag("x")).Refusal);
        Assert.Equal("Task 'build' of run 'r' has ended as Succeeded; it can't be canceled any more.", run.CancelsTasks("build").Refusal);
        run.Succeeds("b");
        Assert.Equal("Run 'r' has ended as Succeeded; none of its tasks can be canceled any more.", run.CancelsTasks("b").Refusal);
    }

    [Fact]
    public void A_task_of_a_run_that_is_stopping_ends_with_it()
        => Assert.Equal("Run 'r' is stopping (No more.); its tasks end with it.", new RunScenario(Of(Task("a"))).Starts().Cancels().CancelsTasks("a").Refusal);
}
