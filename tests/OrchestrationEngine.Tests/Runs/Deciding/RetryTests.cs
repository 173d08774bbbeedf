using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class RetryTests
{
    [Fact]
    public void A_failed_attempt_is_tried_again_when_its_time_has_come()
        => One(new RetryPolicy { MaxAttempts = 3 })
            .Starts()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.retry_scheduled a +1s")
            .Passes(0.9).Then()
            .Passes(0.1).Then("attempt.started a#2")
            .Fails("a").Then("attempt.failed a#2 Unknown", "task.retry_scheduled a +2s")
            .Passes(2).Then("attempt.started a#3")
            .Succeeds("a", "7").Then("attempt.succeeded a#3", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void The_first_attempt_counts_among_those_that_are_allowed()
        => One(new RetryPolicy { MaxAttempts = 2, InitialDelay = TimeSpan.Zero })
            .Starts()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.retry_scheduled a +0s", "attempt.started a#2")
            .Fails("a", FailureClass.Permanent).Then(
                "attempt.failed a#2 Permanent", "task.failed a Permanent", "phase.failed one", "run.completed Failed");

    [Fact]
    public void Without_a_policy_there_is_one_attempt()
        => One(RetryPolicy.None).Starts().Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "phase.failed one", "run.completed Failed");

    [Fact]
    public void A_failure_that_its_agent_calls_final_is_final()
        => One(new RetryPolicy { MaxAttempts = 5 }).Starts().Fails("a", retryable: false).Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "phase.failed one", "run.completed Failed");

    [Fact]
    public void A_class_of_failure_that_the_plan_calls_final_is_final()
        => One(new RetryPolicy { MaxAttempts = 5, NonRetryable = [FailureClass.Refused] })
            .Starts()
            .Fails("a", FailureClass.RateLimited).Then("attempt.failed a#1 RateLimited", "task.retry_scheduled a +1s")
            .Passes(1)
            .Fails("a", FailureClass.Refused).Then("attempt.failed a#2 Refused", "task.failed a Refused", "phase.failed one", "run.completed Failed");

    [Fact]
    public void An_agent_that_asks_for_more_time_gets_it()
        => One(new RetryPolicy { MaxAttempts = 5 }).Starts().Fails("a", retryAfter: TimeSpan.FromSeconds(90)).Then("attempt.failed a#1 Unknown", "task.retry_scheduled a +90s");

    [Fact]
    public void An_agent_that_asks_for_less_time_than_the_plan_does_not_get_it()
        => One(new RetryPolicy { MaxAttempts = 5 }).Starts().Fails("a", retryAfter: TimeSpan.FromSeconds(0.5)).Then("attempt.failed a#1 Unknown", "task.retry_scheduled a +1s");

    [Fact]
    public void An_agent_that_asks_for_all_time_there_is_gets_the_last_moment_there_is()
    {
        var run = One(new RetryPolicy { MaxAttempts = 5 }).Starts().Fails("a", retryAfter: TimeSpan.MaxValue);
        Assert.Equal(DateTimeOffset.MaxValue.UtcTicks, run.Fact<TaskRetryScheduled>().Due.UtcTicks);
        Assert.Equal(RunTaskStatus.Retrying, run.Passes(1e9)["a"].Status);
    }

    [Fact]
    public void A_retry_keeps_its_time_when_the_run_is_loaded_again()
        => One(new RetryPolicy { MaxAttempts = 3, InitialDelay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1) })
            .Starts()
            .Fails("a")
            .Passes(60)
            .Reloads().Then()
            .Passes(3539).Then()
            .Reloads().Then()
            .Passes(1).Then("attempt.started a#2");

    [Fact]
    public void A_retry_whose_time_came_while_nobody_looked_starts_when_the_run_is_loaded()
        => One(new RetryPolicy { MaxAttempts = 3 }).Starts().Fails("a").Passes(0.5).Reloads().Then().Passes(0.5).Then("attempt.started a#2");

    [Fact]
    public void A_retry_that_is_due_takes_its_turn_among_what_is_ready()
        => new RunScenario(
                plan => plan.Phase("one", phase => phase.Parallel()
                    .Task("a", "x", task => task.Retry(3, TimeSpan.FromSeconds(1)))
                    .Task("b", "x")
                    .Task("c", "x")),
                room: 1)
            .Starts()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.retry_scheduled a +1s", "attempt.started b#1")
            .Passes(1).Then()
            .Succeeds("b").Then("attempt.succeeded b#1", "attempt.started c#1")
            .Succeeds("c").Then("attempt.succeeded c#1", "attempt.started a#2");

    [Fact]
    public void The_attempts_of_a_task_are_numbered_on_through_generations_and_allowed_anew()
    {
        var run = One(new RetryPolicy { MaxAttempts = 2, InitialDelay = TimeSpan.Zero }).Starts().Fails("a").Fails("a");
        Assert.Equal(RunStatus.Failed, run.Status);
        run.RestartsAtTask("a").Then("run.restarted a", "phase.reopened one 2 [a]", "phase.started one", "attempt.started a#3")
            .Fails("a").Then("attempt.failed a#3 Unknown", "task.retry_scheduled a +0s", "attempt.started a#4")
            .Succeeds("a");
        Assert.Equal((RunStatus.Succeeded, 4, 2), (run.Status, run["a"].Attempts, run["a"].Generation));
    }

    private static RunScenario One(RetryPolicy policy) => new(plan => plan.Phase("one", phase => phase.Task("a", "x", task => task.Retry(policy))));
}
