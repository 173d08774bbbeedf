using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class HoldAndStopTests
{
    [Fact]
    public void A_held_run_lets_what_runs_end_and_starts_nothing_until_it_is_resumed()
        => Chain().Starts()
            .Pauses().Then("run.paused")
            .Succeeds("a").Then("attempt.succeeded a#1")
            .Passes(1000).Then()
            .Resumes().Then("run.resumed", "attempt.started b#1");

    [Fact]
    public void Holding_a_held_run_and_resuming_one_that_runs_change_nothing_and_are_not_refused()
    {
        var run = Chain().Starts();
        run.Resumes().Then();
        Assert.Null(run.Refusal);
        run.Pauses().Pauses().Then();
        Assert.Null(run.Refusal);
    }

    [Fact]
    public void A_retry_whose_time_comes_while_the_run_is_held_starts_when_it_is_resumed()
        => Chain().Starts().Fails("a").Pauses().Passes(100).Then().Resumes().Then("run.resumed", "attempt.started a#2");

    [Fact]
    public void A_held_run_stays_held_when_it_is_loaded_again()
        => Chain().Starts().Pauses().Reloads().Then("attempt.abandoned a#1", "task.retry_scheduled a +0s").Resumes().Then("run.resumed", "attempt.started a#2");

    [Fact]
    public void A_canceled_run_asks_its_attempts_to_stop_and_ends_when_they_have()
    {
        var run = Chain().Starts();
        run.Cancels("No more.").Then("run.stopping Canceled", "phase.canceled two");
        Assert.Equal([new WantedAttempt(0, 1, Stop: true)], WantedEffects.Of(run.State));
        run.Fails("a", FailureClass.Canceled).Then("attempt.failed a#1 Canceled", "task.canceled a", "phase.canceled one", "run.completed Canceled");
        Assert.Equal(("No more.", RunTaskStatus.Canceled, RunTaskStatus.Canceled), (run.State.Reason, run["a"].Status, run["b"].Status));
    }

    [Fact]
    public void A_canceled_run_gives_up_after_the_grace_period_what_does_not_stop()
        => Chain().Starts().Cancels().Passes(29.9).Then().Passes(0.1).Then("task.canceled a forced", "phase.canceled one", "run.completed Canceled").Succeeds("a").Then();

    [Fact]
    public void A_held_run_can_be_canceled()
        => Chain().Starts().Succeeds("a").Pauses().Succeeds("b").Cancels().Then("run.stopping Canceled", "phase.canceled one", "phase.canceled two", "run.completed Canceled");

    [Fact]
    public void A_run_that_has_not_started_can_be_canceled_and_then_never_starts()
        => Chain().Cancels().Then("run.stopping Canceled", "phase.canceled one", "phase.canceled two", "run.completed Canceled").Starts().Then();

    [Fact]
    public void A_run_that_has_not_started_can_not_be_held_resumed_or_quarantined()
    {
        foreach (var run in new[] { Chain().Pauses(), Chain().Resumes(), Chain().Quarantines() })
        {
            run.Then();
            Assert.StartsWith("Run 'r' is Pending; it cannot take '", run.Refusal, StringComparison.Ordinal);
            Assert.EndsWith("From Pending it can take: Start, Cancel.", run.Refusal, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_run_that_is_stopping_takes_no_other_end()
    {
        var run = Chain().Starts().Cancels("No more.");
        run.Cancels("Again.").Then();
        Assert.Null(run.Refusal);
        run.Quarantines().Then();
        Assert.Equal("Run 'r' is stopping already, to end as Canceled: No more.", run.Refusal);
        run.Pauses().Then();
        Assert.Equal("Run 'r' is stopping (No more.); it can't take 'Pause'.", run.Refusal);
    }

    [Fact]
    public void A_quarantined_run_is_stopped_and_set_aside()
        => Chain().Starts()
            .Quarantines().Then("run.stopping Quarantined", "phase.canceled two")
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.canceled a", "phase.canceled one", "run.quarantined");

    [Fact]
    public void A_failed_run_can_be_quarantined()
    {
        var run = Chain().Starts().Fails("a", retryable: false);
        Assert.Equal(RunStatus.Failed, run.Status);
        run.Quarantines().Then("run.quarantined");
        Assert.Equal((RunStatus.Quarantined, "Look at it."), (run.Status, run.State.Reason));
        run.Quarantines().Then();
        Assert.Null(run.Refusal);
    }

    [Fact]
    public void A_run_that_has_ended_takes_nothing_and_says_what_it_could_take()
    {
        var canceled = Chain().Starts().Succeeds("a").Cancels().Fails("b");
        canceled.Cancels().Then();
        Assert.Null(canceled.Refusal);
        Refuses(canceled, RunTrigger.Pause, "nothing", canceled.Pauses());
        Refuses(canceled, RunTrigger.Resume, "nothing", canceled.Resumes());
        Refuses(canceled, RunTrigger.Quarantine, "nothing", canceled.Quarantines());
        Refuses(canceled, RunTrigger.Restart, "nothing", canceled.RestartsAtPhase("one"));

        var failed = new RunScenario(plan => plan.Phase("one", phase => phase.Task("a", "x")).Phase("two", phase => phase.Task("b", "x"))).Starts().Fails("a");
        Refuses(failed, RunTrigger.Cancel, "Quarantine, Restart", failed.Cancels());
        Refuses(failed, RunTrigger.Pause, "Quarantine, Restart", failed.Pauses());
        Refuses(failed, RunTrigger.Resume, "Quarantine, Restart", failed.Resumes());

        var succeeded = Chain().Starts().Succeeds("a").Succeeds("b").Succeeds("c");
        Refuses(succeeded, RunTrigger.Cancel, "nothing", succeeded.Cancels());
        Refuses(succeeded, RunTrigger.Restart, "nothing", succeeded.RestartsAtPhase("one"));
        succeeded.Succeeds("c").Then().Fails("c").Then().Passes(1e6).Then().Starts().Then().Reloads().Then();
    }

    [Fact]
    public void A_run_that_is_stopping_goes_on_stopping_when_it_is_loaded_again()
        => Chain().Starts().Cancels().Reloads().Then("attempt.abandoned a#1", "task.canceled a", "phase.canceled one", "run.completed Canceled");

    private static void Refuses(RunScenario run, RunTrigger trigger, string can, RunScenario after)
    {
        after.Then();
        Assert.Equal($"Run 'r' is {run.Status}; it cannot take '{trigger}'. From {run.Status} it can take: {can}.", run.Refusal);
    }

    private static RunScenario Chain() => new(plan => plan
        .Phase("one", phase => phase.Task("a", "x", task => task.Retry(3)).Task("b", "x"))
        .Phase("two", phase => phase.Task("c", "x")));
}
