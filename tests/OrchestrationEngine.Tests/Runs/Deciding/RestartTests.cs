using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class RestartTests
{
    [Fact]
    public void A_restart_at_the_failed_task_does_it_again_and_keeps_what_had_succeeded()
        => Three().Starts().Succeeds("a", "1").Succeeds("b", "2").Fails("c")
            .RestartsAtTask("c").Then("run.restarted c", "phase.reopened two 2 [c d]", "phase.reopened three 2", "phase.started two", "attempt.started c#2")
            .Succeeds("c").Succeeds("d").Succeeds("e").Then("attempt.succeeded e#1", "phase.completed three", "run.completed Succeeded");

    [Fact]
    public void A_restart_at_a_task_that_had_succeeded_does_it_and_all_that_depends_on_it_again()
    {
        var run = Three().Starts().Succeeds("a", "1").Succeeds("b", "2").Fails("c");
        run.RestartsAtTask("b").Then("run.restarted b", "phase.reopened one 2 [b]", "phase.reopened two 2", "phase.reopened three 2", "phase.started one", "attempt.started b#2");
        Assert.Equal(("1", "null", 1, 2), (run["a"].Output.ToString(), run["b"].Output.ToString(), run["a"].Generation, run["b"].Generation));
        Assert.Null(run["c"].Failure);
        run.Succeeds("b").Then("attempt.succeeded b#2", "phase.completed one", "phase.started two", "attempt.started c#2");
    }

    [Fact]
    public void A_restart_at_a_phase_does_the_whole_phase_and_what_comes_after_it_again()
        => Three().Starts().Succeeds("a").Succeeds("b").Fails("c")
            .RestartsAtPhase("one").Then("run.restarted one", "phase.reopened one 2", "phase.reopened two 2", "phase.reopened three 2", "phase.started one", "attempt.started a#2");

    [Fact]
    public void A_restart_does_what_failed_elsewhere_again_too()
        => new RunScenario(plan => plan.OnFailure(FailureMode.FinishWhatCan)
                .Phase("left", phase => phase.Task("a", "x"))
                .Phase("right", phase => phase.DependsOn().Task("b", "x").Task("b2", "x")))
            .Starts()
            .Fails("a")
            .Succeeds("b")
            .Fails("b2").Then("attempt.failed b2#1 Unknown", "task.failed b2 Unknown", "phase.failed right", "run.completed Failed")
            .RestartsAtTask("a").Then(
                "run.restarted a", "phase.reopened left 2 [a]", "phase.reopened right 2 [b2]", "phase.started left", "phase.started right", "attempt.started a#2", "attempt.started b2#2")
            .Succeeds("a").Succeeds("b2").Then("attempt.succeeded b2#2", "phase.completed right", "run.completed Succeeded");

    [Fact]
    public void A_run_that_failed_fast_amid_parallel_phases_goes_on_to_success_and_does_nothing_twice()
    {
        var run = new RunScenario(plan => plan
            .Phase("left", phase => phase.Parallel().Task("a", "x").Task("a2", "x"))
            .Phase("middle", phase => phase.DependsOn().Task("b", "x").Task("b2", "x"))
            .Phase("right", phase => phase.DependsOn().Task("c", "x"))
            .Phase("end", phase => phase.DependsOn("left", "middle", "right").Task("d", "x"))).Starts();
        run.Succeeds("a2", "2").Succeeds("b", "3").Succeeds("c", "4").Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "phase.failed left", "run.stopping Failed", "phase.canceled end");
        run.Fails("b2", FailureClass.Canceled).Then("attempt.failed b2#1 Canceled", "task.canceled b2", "phase.canceled middle", "run.completed Failed");
        run.RestartsAtTask("a").Then(
            "run.restarted a",
            "phase.reopened left 2 [a]",
            "phase.reopened middle 2 [b2]",
            "phase.reopened end 2",
            "phase.started left",
            "phase.started middle",
            "attempt.started a#2",
            "attempt.started b2#2");
        run.Succeeds("b2").Succeeds("a").Then("attempt.succeeded a#2", "phase.completed left", "phase.started end", "attempt.started d#1")
            .Succeeds("d").Then("attempt.succeeded d#1", "phase.completed end", "run.completed Succeeded");
        Assert.Equal(("2", "3", "4"), (run["a2"].Output.ToString(), run["b"].Output.ToString(), run["c"].Output.ToString()));
    }

    [Fact]
    public void A_condition_is_read_again_when_what_it_reads_was_made_again()
        => new RunScenario(plan => plan
                .Phase("one", phase => phase.Task("a", "x"))
                .Phase("two", phase => phase.When("tasks.a.output").Task("b", "x"))
                .Phase("three", phase => phase.Task("c", "x")))
            .Starts()
            .Succeeds("a", "false").Then("attempt.succeeded a#1", "phase.completed one", "phase.skipped two", "phase.started three", "attempt.started c#1")
            .Fails("c")
            .RestartsAtPhase("one")
            .Succeeds("a", "true").Then("attempt.succeeded a#2", "phase.completed one", "phase.started two", "attempt.started b#1");

    [Fact]
    public void A_task_skipped_for_want_of_an_output_runs_when_there_is_one_in_the_next_generation()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Parallel().OnFailure(FailureMode.FinishWhatCan).Task("a", "x").Task("b", "x", task => task.After("a"))))
            .Starts()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown", "task.skipped b", "phase.failed one", "run.completed Failed")
            .RestartsAtTask("a").Then("run.restarted a", "phase.reopened one 2 [a b]", "phase.started one", "attempt.started a#2")
            .Succeeds("a").Then("attempt.succeeded a#2", "attempt.started b#1")
            .Succeeds("b").Then("attempt.succeeded b#1", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void A_quarantined_run_can_be_restarted()
        => Three().Starts().Quarantines().Fails("a")
            .RestartsAtPhase("one").Then("run.restarted one", "phase.reopened one 2", "phase.reopened two 2", "phase.reopened three 2", "phase.started one", "attempt.started a#2");

    [Fact]
    public void A_run_can_be_restarted_again_and_again()
    {
        var run = Three().Starts();
        for (var generation = 2; generation < 10; generation++)
        {
            run.Fails("a");
            Assert.Equal(RunStatus.Failed, run.Status);
            run.RestartsAtTask("a");
            Assert.Equal(generation, run["a"].Generation);
        }

        run.Succeeds("a").Succeeds("b").Succeeds("c").Succeeds("d").Succeeds("e");
        Assert.Equal(RunStatus.Succeeded, run.Status);
    }

    [Fact]
    public void A_restart_at_nothing_is_refused_with_the_nearest_name_and_changes_nothing()
    {
        var run = Three().Starts().Fails("a");
        run.RestartsAtPhase("thre").Then();
        Assert.Equal("The plan of run 'r' has no phase 'thre'. Did you mean 'three'?", run.Refusal);
        run.RestartsAtTask("qqqqqqqqqq").Then();
        Assert.Equal("The plan of run 'r' has no task 'qqqqqqqqqq'.", run.Refusal);
        Assert.Equal(RunStatus.Failed, run.Status);
    }

    [Fact]
    public void A_run_that_has_not_ended_is_not_restarted()
    {
        var run = Three().Starts();
        run.RestartsAtPhase("one").Then();
        Assert.Equal("Run 'r' is Running; it cannot take 'Restart'. From Running it can take: Pause, Succeed, Fail, Cancel, Quarantine.", run.Refusal);
        run.Cancels().RestartsAtPhase("one").Then();
        Assert.NotNull(run.Refusal);
    }

    [Fact]
    public void A_restarted_run_has_its_limits_of_time_anew()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Timeout(TimeSpan.FromSeconds(10)).Task("a", "x")))
            .Starts()
            .Passes(10)
            .Fails("a")
            .Passes(100)
            .RestartsAtTask("a")
            .Passes(9.9).Then()
            .Passes(0.1).Then("phase.stopping one");

    private static RunScenario Three() => new(plan => plan
        .Phase("one", phase => phase.Task("a", "x").Task("b", "x"))
        .Phase("two", phase => phase.Task("c", "x").Task("d", "x"))
        .Phase("three", phase => phase.Task("e", "x")));
}
