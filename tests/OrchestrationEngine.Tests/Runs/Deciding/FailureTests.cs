using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class FailureTests
{
    [Fact]
    public void A_phase_that_fails_fast_asks_its_other_tasks_to_stop_and_fails_when_they_have()
    {
        var run = Pair().Starts();
        run.Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "phase.stopping one");
        Assert.Equal([new WantedAttempt(run.Index("b"), 1, Stop: true)], WantedEffects.Of(run.State));
        run.Fails("b", FailureClass.Canceled).Then("attempt.failed b#1 Canceled", "task.canceled b", "phase.failed one", "run.stopping Failed", "phase.canceled two", "run.completed Failed");
        Assert.Equal("Phase 'one' failed. Task 'a' failed: It did not work.", run.State.Reason);
    }

    [Fact]
    public void A_task_that_was_asked_to_stop_and_succeeds_all_the_same_has_succeeded()
    {
        var run = Pair().Starts().Fails("a").Succeeds("b", "7");
        run.Then("attempt.succeeded b#1", "phase.failed one", "run.stopping Failed", "phase.canceled two", "run.completed Failed");
        Assert.Equal((RunTaskStatus.Succeeded, "7"), (run["b"].Status, run["b"].Output.ToString()));
    }

    [Fact]
    public void A_task_that_was_asked_to_stop_is_not_tried_again()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Parallel().Task("a", "x").Task("b", "x", task => task.Retry(9))))
            .Starts()
            .Fails("a")
            .Fails("b").Then("attempt.failed b#1 Unknown", "task.canceled b", "phase.failed one", "run.completed Failed");

    [Fact]
    public void A_task_that_waits_for_its_next_attempt_is_given_up_with_its_phase()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Parallel().Task("a", "x").Task("b", "x", task => task.Retry(9))))
            .Starts()
            .Fails("b")
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "phase.stopping one", "phase.failed one", "run.completed Failed");

    [Fact]
    public void A_phase_that_finishes_what_it_can_does_all_that_does_not_depend_on_the_failure_and_then_fails()
    {
        var run = new RunScenario(plan => plan.Phase("one", phase => phase.Parallel().OnFailure(FailureMode.FinishWhatCan)
            .Task("a", "x")
            .Task("after-a", "x", task => task.After("a"))
            .Task("b", "x")
            .Task("after-b", "x", task => task.After("b")))).Starts();
        run.Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "task.skipped after-a")
            .Succeeds("b").Then("attempt.succeeded b#1", "attempt.started after-b#1")
            .Succeeds("after-b").Then("attempt.succeeded after-b#1", "phase.failed one", "run.completed Failed");
    }

    [Fact]
    public void A_phase_with_no_more_failures_than_it_allows_completes()
        => new RunScenario(plan => plan
                .Phase("one", phase => phase.Parallel().OnFailure(FailureMode.FailFast, 1).Task("a", "x").Task("b", "x"))
                .Phase("two", phase => phase.Task("c", "x")))
            .Starts()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown")
            .Succeeds("b").Then("attempt.succeeded b#1", "phase.completed one", "phase.started two", "attempt.started c#1")
            .Succeeds("c").Then("attempt.succeeded c#1", "phase.completed two", "run.completed Succeeded");

    [Fact]
    public void The_first_failure_over_what_a_phase_allows_fails_it()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Parallel().OnFailure(FailureMode.FailFast, 1).Task("a", "x").Task("b", "x").Task("c", "x")))
            .Starts()
            .Fails("a")
            .Fails("b").Then("attempt.failed b#1 Unknown", "task.failed b Unknown", "phase.stopping one");

    [Fact]
    public void A_sequential_phase_goes_on_after_a_failure_that_it_allows()
        => new RunScenario(plan => plan.Phase("one", phase => phase.OnFailure(FailureMode.FinishWhatCan, 1).Task("a", "x").Task("b", "x")))
            .Starts()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "attempt.started b#1")
            .Succeeds("b").Then("attempt.succeeded b#1", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void A_run_that_fails_fast_stops_the_other_phases_at_the_first_that_failed()
        => Branches(FailureMode.FailFast, 0)
            .Starts()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "phase.failed left", "run.stopping Failed", "phase.canceled end")
            .Succeeds("b").Then("attempt.succeeded b#1", "phase.canceled right", "run.completed Failed");

    [Fact]
    public void A_run_that_finishes_what_it_can_does_the_phases_that_do_not_depend_on_the_failed_one()
        => Branches(FailureMode.FinishWhatCan, 0)
            .Starts()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "phase.failed left")
            .Succeeds("b").Then("attempt.succeeded b#1", "attempt.started b2#1")
            .Succeeds("b2").Then("attempt.succeeded b2#1", "phase.completed right", "phase.canceled end", "run.completed Failed");

    [Fact]
    public void A_run_with_no_more_failed_phases_than_it_allows_succeeds_without_what_depends_on_them()
    {
        var run = Branches(FailureMode.FailFast, 1).Starts();
        run.Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "phase.failed left");
        run.Succeeds("b").Succeeds("b2").Then("attempt.succeeded b2#1", "phase.completed right", "phase.canceled end", "run.completed Succeeded");
        Assert.Equal("Phase 'left', which it depends on, ended as Failed.", run.State.Phase(2).Reason);
    }

    [Fact]
    public void What_depends_on_a_phase_that_was_given_up_is_given_up_too()
        => new RunScenario(plan => plan.OnFailure(FailureMode.FinishWhatCan)
                .Phase("one", phase => phase.Task("a", "x"))
                .Phase("two", phase => phase.Task("b", "x"))
                .Phase("three", phase => phase.Task("c", "x")))
            .Starts()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "phase.failed one", "phase.canceled two", "phase.canceled three", "run.completed Failed");

    [Fact]
    public void The_reason_of_a_run_names_the_failed_phases_and_tasks()
    {
        var run = new RunScenario(plan => plan.OnFailure(FailureMode.FinishWhatCan)
            .Phase("one", phase => phase.Parallel().OnFailure(FailureMode.FinishWhatCan).Task("a", "x").Task("b", "x").Task("c", "x").Task("d", "x").Task("e", "x").Task("f", "x").Task("g", "x"))
            .Phase("two", phase => phase.DependsOn().Task("z", "x"))).Starts();
        foreach (var task in "abcdefgz")
        {
            run.Fails(task.ToString());
        }

        var shown = string.Join(' ', "abcde".Select(task => $"Task '{task}' failed: It did not work."));
        Assert.Equal($"Phase 'one' failed. {shown} And 2 more. Phase 'two' failed. Task 'z' failed: It did not work.", run.State.Reason);
    }

    [Fact]
    public void Nothing_is_decided_about_a_failure_while_the_run_is_held()
        => Pair().Starts().Pauses()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown")
            .Resumes().Then("run.resumed", "phase.stopping one")
            .Succeeds("b").Then("attempt.succeeded b#1", "phase.failed one", "run.stopping Failed", "phase.canceled two", "run.completed Failed");

    private static RunScenario Pair() => new(plan => plan
        .Phase("one", phase => phase.Parallel().Task("a", "x").Task("b", "x").Task("c", "x", task => task.After("a", "b")))
        .Phase("two", phase => phase.Task("d", "x")));

    private static RunScenario Branches(FailureMode mode, int allowed) => new(plan => plan.OnFailure(mode, allowed)
        .Phase("left", phase => phase.Task("a", "x"))
        .Phase("right", phase => phase.DependsOn().Task("b", "x").Task("b2", "x"))
        .Phase("end", phase => phase.DependsOn("left", "right").Task("c", "x")));
}
