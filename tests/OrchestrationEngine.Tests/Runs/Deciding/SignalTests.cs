using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class SignalTests
{
    [Fact]
    public void A_signal_is_kept_before_anybody_waits_for_it_and_moves_nothing()
    {
        var run = Chain().Starts().Hears("1", "approved", "{\"by\":\"Ada\"}").Then("signal.received approved");
        var signal = Assert.Single(RunSnapshot.Of(run.State).Signals);
        Assert.Equal(new RunSignal("1", "approved", JsonData.Parse("{\"by\":\"Ada\"}"), run.Now), signal);
        run.Succeeds("a").Then("attempt.succeeded a#1", "attempt.started b#1");
    }

    [Fact]
    public void A_run_takes_signals_before_it_starts_while_it_is_held_and_while_it_is_stopping()
        => Chain()
            .Hears("1").Then("signal.received go")
            .Starts().Then("run.started", "phase.started one", "attempt.started a#1")
            .Pauses().Hears("2").Then("signal.received go")
            .Cancels().Hears("3").Then("signal.received go");

    [Fact]
    public void Signals_are_there_in_the_order_in_which_they_came_after_the_run_is_loaded_again()
    {
        var run = Chain().Starts().Hears("2", "b").Hears("1", "a").Hears("3", "b").Reloads();
        Assert.Equal(["b 2", "a 1", "b 3"], RunSnapshot.Of(run.State).Signals.Select(signal => $"{signal.Name} {signal.Id}"));
    }

    [Fact]
    public void A_signal_that_comes_again_changes_nothing_and_is_not_refused_even_when_the_run_has_ended()
    {
        var run = Chain().Starts().Hears("1").Hears("1", "other").Then();
        Assert.Null(run.Refusal);
        run.Reloads().Hears("1").Then();
        Assert.Null(run.Refusal);
        run.Passes(0).Cancels().Fails("a").Hears("1").Then();
        Assert.Null(run.Refusal);
        Assert.Equal(RunStatus.Canceled, run.Status);
    }

    [Fact]
    public void A_run_that_has_ended_refuses_a_new_signal_and_says_why()
    {
        var run = Chain().Starts().Succeeds("a").Succeeds("b").Hears("1", "approved");
        run.Then();
        Assert.Equal("Run 'r' has ended as Succeeded; it takes no signal 'approved'. Runs take signals until they end.", run.Refusal);
    }

    [Fact]
    public void A_restart_keeps_the_signals()
    {
        var run = Chain().Starts().Hears("1").Fails("a").RestartsAtTask("a");
        Assert.Single(RunSnapshot.Of(run.State).Signals);
    }

    private static RunScenario Chain() => new(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x", task => task.After("a"))));
}
