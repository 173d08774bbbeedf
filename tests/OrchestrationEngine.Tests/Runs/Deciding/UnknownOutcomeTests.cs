using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class UnknownOutcomeTests
{
    [Fact]
    public void An_attempt_whose_process_ended_leaves_the_outcome_unknown()
    {
        var run = One(OnUnknown.Retry).Starts();
        Assert.False(run["a"].OutcomeUnknown);
        run.Reloads().Then("attempt.abandoned a#1", "task.retry_scheduled a +0s", "attempt.started a#2");
        Assert.True(run["a"].OutcomeUnknown);
        run.Succeeds("a");
        Assert.False(run["a"].OutcomeUnknown);
    }

    [Fact]
    public void An_attempt_that_was_given_up_leaves_the_outcome_unknown_and_one_that_stopped_does_not()
    {
        var run = One(OnUnknown.Probe).Starts().Passes(10).Passes(30);
        Assert.True(run.Fact<AttemptFailed>().GivenUp);
        Assert.True(run["a"].OutcomeUnknown);

        var stopped = One(OnUnknown.Probe).Starts().Passes(10).Fails("a");
        Assert.False(stopped.Fact<AttemptFailed>().GivenUp);
        Assert.False(stopped["a"].OutcomeUnknown);
    }

    [Fact]
    public void A_task_that_is_to_fail_then_is_not_tried_again_though_its_retry_policy_would_allow_it()
    {
        var run = One(OnUnknown.Fail).Starts().Reloads().Then("attempt.abandoned a#1", "task.failed a Unknown", "phase.failed one", "run.completed Failed");
        Assert.Equal(
            "Nobody knows whether attempt 1 did its work, and the task is not to be tried again then (onUnknown: fail). The process ended.",
            run["a"].Failure!.Message);
        One(OnUnknown.Fail).Starts().Passes(10).Passes(30).Then("attempt.failed a#1 Timeout", "task.failed a Unknown", "phase.failed one", "run.completed Failed");
    }

    [Fact]
    public void A_failure_that_is_known_is_tried_again_though_the_task_is_to_fail_when_the_outcome_is_unknown()
        => One(OnUnknown.Fail).Starts()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.retry_scheduled a +1s").Passes(1)
            .Passes(10).Fails("a").Then("attempt.failed a#2 Timeout", "task.retry_scheduled a +2s");

    [Fact]
    public void A_task_of_a_stopping_run_is_canceled_whatever_it_is_to_do_when_its_outcome_is_unknown()
        => One(OnUnknown.Fail).Starts().Cancels().Reloads().Then("attempt.abandoned a#1", "task.canceled a", "phase.canceled one", "run.completed Canceled");

    [Theory]
    [InlineData(ProbeFinding.DidNotHappen, false)]
    [InlineData(ProbeFinding.Unknown, true)]
    [InlineData(ProbeFinding.Happened, true)]
    public void A_failed_attempt_leaves_the_outcome_unknown_unless_it_found_that_nothing_had_happened(ProbeFinding finding, bool unknown)
    {
        var run = One(OnUnknown.Probe).Starts().Reloads().Finds("a", finding, fails: true);
        Assert.Equal(finding, run.Fact<AttemptFailed>().Probe);
        Assert.Equal(unknown, run["a"].OutcomeUnknown);
    }

    [Fact]
    public void A_failed_attempt_that_asked_nobody_leaves_the_outcome_unknown()
        => Assert.True(One(OnUnknown.Retry).Starts().Reloads().Fails("a")["a"].OutcomeUnknown);

    [Fact]
    public void A_success_says_that_it_was_found()
    {
        var run = One(OnUnknown.Probe).Starts().Reloads().Finds("a", ProbeFinding.Happened).Then("attempt.succeeded a#2", "phase.completed one", "run.completed Succeeded");
        Assert.Equal(ProbeFinding.Happened, run.Fact<AttemptSucceeded>().Probe);
    }

    [Fact]
    public void A_new_generation_has_a_key_of_its_own_and_knows_of_no_earlier_attempt()
    {
        var run = One(OnUnknown.Fail).Starts().Reloads();
        Assert.True(run["a"].OutcomeUnknown);
        run.RestartsAtTask("a");
        Assert.False(run["a"].OutcomeUnknown);
    }

    private static RunScenario One(OnUnknown policy)
        => new(plan => plan.Phase("one", phase => phase.Task("a", "x", task => task.Retry(5).Timeout(TimeSpan.FromSeconds(10)).OnUnknown(policy))));
}
