using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class TimeLimitTests
{
    [Fact]
    public void An_attempt_that_takes_too_long_is_asked_to_stop_and_has_failed_for_its_time_whatever_it_then_says()
    {
        var run = Limited().Starts();
        run.Passes(9.9).Then().Passes(0.1).Then("attempt.stopping a#1");
        Assert.Equal([new WantedAttempt(0, 1, Stop: true)], WantedEffects.Of(run.State));
        run.Fails("a", FailureClass.Canceled, retryable: false).Then("attempt.failed a#1 Timeout", "task.failed a Timeout", "phase.failed one", "run.completed Failed");
        Assert.Equal("The attempt took longer than its limit of 0:00:10 and was stopped.", run["a"].Failure!.Message);
    }

    [Fact]
    public void An_attempt_that_succeeds_in_its_grace_period_has_succeeded()
        => Limited().Starts().Passes(10).Passes(29).Succeeds("a").Then("attempt.succeeded a#1", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void An_attempt_that_does_not_stop_is_given_up_after_the_grace_period_and_what_it_says_later_is_ignored()
    {
        var run = Limited(attempts: 2).Starts().Passes(10);
        run.Passes(29.9).Then()
            .Passes(0.1).Then("attempt.failed a#1 Timeout", "task.retry_scheduled a +1s")
            .Succeeds("a", attempt: 1).Then("attempt.ignored a#1")
            .Passes(1).Then("attempt.started a#2")
            .Succeeds("a", attempt: 1).Then("attempt.ignored a#1")
            .Succeeds("a", attempt: 2).Then("attempt.succeeded a#2", "phase.completed one", "run.completed Succeeded");
    }

    [Fact]
    public void An_attempt_that_is_given_up_waits_the_whole_delay_where_the_delay_is_spread()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Task("a", "x", task => task.Timeout(TimeSpan.FromSeconds(10)).Retry(2, TimeSpan.FromSeconds(8), jitter: RetryJitter.Full))))
            .Starts()
            .Passes(10)
            .Passes(30).Then("attempt.failed a#1 Timeout", "task.retry_scheduled a +8s");

    [Fact]
    public void A_time_limit_can_be_final()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Task("a", "x", task => task
                .Timeout(TimeSpan.FromSeconds(10))
                .Retry(new RetryPolicy { MaxAttempts = 3, NonRetryable = [FailureClass.Timeout] }))))
            .Starts()
            .Passes(10)
            .Fails("a", FailureClass.Unavailable).Then("attempt.failed a#1 Timeout", "task.failed a Timeout", "phase.failed one", "run.completed Failed");

    [Fact]
    public void Each_attempt_has_its_own_time()
        => Limited(attempts: 2).Starts().Passes(9).Fails("a").Passes(1).Then("attempt.started a#2").Passes(9.9).Then().Passes(0.1).Then("attempt.stopping a#2");

    [Fact]
    public void Without_a_grace_period_an_attempt_that_takes_too_long_is_given_up_at_once()
        => Limited(grace: TimeSpan.Zero).Starts().Passes(10).Then("attempt.stopping a#1", "attempt.failed a#1 Timeout", "task.failed a Timeout", "phase.failed one", "run.completed Failed");

    [Fact]
    public void A_look_that_comes_very_late_finds_the_grace_period_over_only_when_it_has_been_granted()
        => Limited().Starts().Passes(1000).Then("attempt.stopping a#1").Passes(30).Then("attempt.failed a#1 Timeout", "task.failed a Timeout", "phase.failed one", "run.completed Failed");

    [Fact]
    public void A_phase_that_takes_too_long_stops_its_tasks_and_fails()
    {
        var run = new RunScenario(plan => plan.Phase("one", phase => phase.Timeout(TimeSpan.FromSeconds(10)).Task("a", "x").Task("b", "x"))).Starts();
        run.Passes(10).Then("phase.stopping one");
        Assert.Equal("The phase took longer than its limit of 0:00:10.", run.Fact<PhaseStopping>().Reason);
        run.Fails("a", FailureClass.Canceled).Then("attempt.failed a#1 Canceled", "task.canceled a", "phase.failed one", "run.completed Failed");
        Assert.Equal(RunTaskStatus.Canceled, run["b"].Status);
    }

    [Fact]
    public void The_attempts_of_a_phase_that_do_not_stop_are_given_up_after_the_grace_period()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Timeout(TimeSpan.FromSeconds(10)).Parallel().Task("a", "x").Task("b", "x")))
            .Starts()
            .Passes(10)
            .Succeeds("a").Then("attempt.succeeded a#1")
            .Passes(30).Then("task.canceled b forced", "phase.failed one", "run.completed Failed");

    [Fact]
    public void The_time_of_a_phase_begins_when_it_starts_and_ends_with_it()
        => new RunScenario(plan => plan
                .Phase("one", phase => phase.Timeout(TimeSpan.FromSeconds(10)).Task("a", "x"))
                .Phase("two", phase => phase.Timeout(TimeSpan.FromSeconds(10)).Task("b", "x")))
            .Starts()
            .Passes(9)
            .Succeeds("a")
            .Passes(9).Then()
            .Passes(1).Then("phase.stopping two");

    [Fact]
    public void Of_two_things_due_at_once_the_second_is_asked_anew_whether_it_still_is()
        => new RunScenario(
                plan => plan.Phase("one", phase => phase.Timeout(TimeSpan.FromSeconds(10)).Parallel()
                    .Task("a", "x", task => task.Timeout(TimeSpan.FromSeconds(10)).Retry(5, TimeSpan.Zero))
                    .Task("b", "x", task => task.Timeout(TimeSpan.FromSeconds(20)))),
                grace: TimeSpan.FromSeconds(5))
            .Starts()
            .Passes(60).Then("attempt.stopping a#1", "phase.stopping one", "attempt.stopping b#1")
            .Passes(5).Then("attempt.failed a#1 Timeout", "task.canceled a", "attempt.failed b#1 Timeout", "task.canceled b", "phase.failed one", "run.completed Failed");

    [Fact]
    public void A_time_limit_goes_on_while_the_run_is_held_and_while_it_is_not_in_memory()
        => Limited().Starts().Pauses().Passes(5).Passes(5).Then("attempt.stopping a#1");

    [Fact]
    public void The_longest_limits_there_are_mean_without_limit()
    {
        var run = new RunScenario(
            plan => plan.Phase("one", phase => phase.Timeout(TimeSpan.MaxValue).Task("a", "x", task => task.Timeout(TimeSpan.MaxValue))).Phase("two", phase => phase.Task("b", "x")),
            grace: TimeSpan.MaxValue);
        run.Starts().Then("run.started", "phase.started one", "attempt.started a#1")
            .Passes(1e9).Then()
            .Cancels().Then("run.stopping Canceled", "phase.canceled two")
            .Passes(1e9).Then()
            .Reloads().Then("attempt.abandoned a#1", "task.canceled a", "phase.canceled one", "run.completed Canceled");
    }

    private static RunScenario Limited(int attempts = 1, TimeSpan? grace = null)
        => new(plan => plan.Phase("one", phase => phase.Task("a", "x", task => task.Timeout(TimeSpan.FromSeconds(10)).Retry(attempts))), grace: grace);
}
