using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class PoisonTests
{
    [Fact]
    public void A_task_whose_attempts_end_with_their_process_too_often_is_set_aside_with_the_evidence()
    {
        var run = One().Starts()
            .Reloads().Then("attempt.abandoned a#1", "task.retry_scheduled a +0s", "attempt.started a#2")
            .Passes(60).Reloads().Then("attempt.abandoned a#2", "task.retry_scheduled a +0s", "attempt.started a#3")
            .Passes(60).Reloads().Then("attempt.abandoned a#3", "task.quarantined a", "phase.failed one", "run.completed Failed");
        Assert.Equal(
            "3 attempts in a row ended with their process instead of an outcome, and so many are allowed (maxStarts: 3): "
            + "attempt 1, started 2026-01-01 00:00:00.000Z; attempt 2, started 2026-01-01 00:00:00.000Z; attempt 3, started 2026-01-01 00:01:00.000Z. "
            + "The last time: The process ended. See what the agent does to its process; a restart of the run tries again.",
            run["a"].Failure!.Message);
        Assert.Equal((RunTaskStatus.Quarantined, FailureClass.Crashed), (run["a"].Status, run["a"].Failure!.Class));
        Assert.StartsWith("Phase 'one' failed. Task 'a' was set aside: 3 attempts in a row", run.State.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_outcome_in_between_begins_the_count_anew()
        => One().Starts()
            .Reloads().Reloads()
            .Fails("a").Then("attempt.failed a#3 Unknown", "task.retry_scheduled a +1s").Passes(1)
            .Reloads().Reloads().Then("attempt.abandoned a#5", "task.retry_scheduled a +0s", "attempt.started a#6")
            .Reloads().Then("attempt.abandoned a#6", "task.quarantined a", "phase.failed one", "run.completed Failed");

    [Fact]
    public void A_process_that_was_stopped_in_good_order_does_not_count()
    {
        var run = One().Starts();
        for (var i = 0; i < 10; i++)
        {
            run.Reloads(blameless: true);
            Assert.True(run.Fact<AttemptAbandoned>().Blameless);
        }

        run.Reloads().Reloads().Then("attempt.abandoned a#12", "task.retry_scheduled a +0s", "attempt.started a#13")
            .Reloads().Then("attempt.abandoned a#13", "task.quarantined a", "phase.failed one", "run.completed Failed");
    }

    [Fact]
    public void A_restart_tries_again_with_a_new_count()
        => One().Starts().Reloads().Reloads().Reloads()
            .RestartsAtTask("a").Then("run.restarted a", "phase.reopened one 2 [a]", "phase.started one", "attempt.started a#4")
            .Reloads().Reloads().Then("attempt.abandoned a#5", "task.retry_scheduled a +0s", "attempt.started a#6")
            .Reloads().Then("attempt.abandoned a#6", "task.quarantined a", "phase.failed one", "run.completed Failed");

    [Fact]
    public void A_task_that_is_set_aside_counts_as_failed_and_leaves_the_others_alone()
    {
        var run = new RunScenario(plan => plan.Phase("one", phase => phase.Parallel().OnFailure(FailureMode.FinishWhatCan, 1)
            .Task("a", "x", task => task.MaxStarts(1))
            .Task("b", "x")));
        run.Starts().Reloads().Then("attempt.abandoned a#1", "task.quarantined a", "attempt.abandoned b#1", "task.retry_scheduled b +0s", "attempt.started b#2")
            .Succeeds("b").Then("attempt.succeeded b#2", "phase.completed one", "run.completed Succeeded");
    }

    [Fact]
    public void Without_a_number_of_its_own_a_task_has_that_of_the_plan_and_that_is_ten()
    {
        var own = new RunScenario(plan => plan.MaxStarts(2).Phase("one", phase => phase.Task("a", "x"))).Starts().Reloads().Reloads();
        Assert.Equal(RunTaskStatus.Quarantined, own["a"].Status);
        var run = new RunScenario(plan => plan.Phase("one", phase => phase.Task("a", "x"))).Starts();
        for (var i = 1; i < 10; i++)
        {
            Assert.Equal(RunTaskStatus.Running, run.Reloads()["a"].Status);
        }

        Assert.Equal(RunTaskStatus.Quarantined, run.Reloads()["a"].Status);
    }

    [Fact]
    public void The_evidence_of_very_many_attempts_names_the_last_ones()
    {
        var run = new RunScenario(plan => plan.MaxStarts(1000).Phase("one", phase => phase.Task("a", "x"))).Starts();
        for (var i = 0; i < 1000; i++)
        {
            run.Reloads();
        }

        var message = run["a"].Failure!.Message;
        Assert.Contains("(maxStarts: 1000): 980 earlier ones; attempt 981, started", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 100, Failure.MaxMessageLength);
    }

    private static RunScenario One() => new(plan => plan.Phase("one", phase => phase.Task("a", "x", task => task.Retry(5).MaxStarts(3))));
}
