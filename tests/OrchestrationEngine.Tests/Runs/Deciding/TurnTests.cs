using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using static OrchestrationEngine.Tests.Runs.Deciding.FlowPlan;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class TurnTests
{
    [Fact]
    public void A_task_is_done_again_until_its_condition_holds()
    {
        var run = Repeats("tasks.a.output.ok", 5);
        run.Succeeds("a", """{"ok":false}""").Then("attempt.succeeded a#1 again", "attempt.started a#2");
        run.Succeeds("a", """{"ok":true}""").Then("attempt.succeeded a#2", "phase.completed one", "run.completed Succeeded");
        Assert.Equal("""{"ok":true}""", run["a"].Output.ToString());
        Assert.Equal(2, run["a"].Generation);
        Assert.Equal(["""{"ok":false}""", """{"ok":true}"""], run.State.OutputsOf(0).Select(output => output.ToString()));
    }

    [Theory]
    [InlineData("turn == 3")]
    [InlineData("tasks.a.turn == 3")]
    [InlineData("turn == 3 && tasks.a.outputs[2] == 7")]
    public void The_condition_of_a_loop_sees_its_turn_and_all_that_the_turns_made(string until)
        => Repeats(until, 5)
            .Succeeds("a", "7").Then("attempt.succeeded a#1 again", "attempt.started a#2")
            .Succeeds("a", "7").Then("attempt.succeeded a#2 again", "attempt.started a#3")
            .Succeeds("a", "7").Then("attempt.succeeded a#3", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void A_loop_that_ends_without_its_condition_fails_the_task()
    {
        var run = Repeats("false", 2).Succeeds("a", "1").Succeeds("a", "2");
        run.Then("attempt.succeeded a#2 again", "task.failed a InvalidOutput", "phase.completed one", "run.completed Succeeded");
        Assert.Equal("The loop ended after 2 turns without 'false' being true.", run["a"].Failure!.Message);
        Assert.Equal(2, run.State.TurnOf(0));
        Assert.Equal(["1", "2"], run.State.OutputsOf(0).Select(output => output.ToString()));
    }

    [Fact]
    public void A_loop_may_be_done_all_the_same()
        => new RunScenario(Of(Task("a") with { Repeat = Until("false", 2, onExhausted: ExhaustedLoop.Continue) })).Starts()
            .Succeeds("a", "1").Succeeds("a", "2").Then("attempt.succeeded a#2", "phase.completed one", "run.completed Succeeded").Are(RunTaskStatus.Succeeded, "a");

    [Fact]
    public void A_loop_whose_condition_can_not_be_read_fails_the_task()
    {
        var run = Repeats("tasks.a.output.ok", 5).Succeeds("a", "7");
        run.Then("attempt.succeeded a#1 again", "task.failed a InvalidOutput", "phase.completed one", "run.completed Succeeded");
        Assert.StartsWith("The end of the loop of task 'a' (tasks.a.output.ok) can't be read: ", run["a"].Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(1, run.State.TurnOf(0));
    }

    [Fact]
    public void Turns_wait_for_their_time()
        => new RunScenario(Of(Task("a") with { Repeat = Until("turn == 2", 5, delay: 10) })).Starts()
            .Succeeds("a").Then("attempt.succeeded a#1 again").Are(RunTaskStatus.Retrying, "a")
            .Passes(9).Then().Passes(1).Then("attempt.started a#2")
            .Succeeds("a").Then("attempt.succeeded a#2", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void A_loop_with_a_delay_that_ends_without_its_condition_fails_at_once()
        => new RunScenario(Of(Task("a") with { Repeat = Until("false", 1, delay: 10) })).Starts()
            .Succeeds("a").Then("attempt.succeeded a#1 again", "task.failed a InvalidOutput", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void Each_turn_has_all_its_attempts()
        => new RunScenario(Of(Task("a") with { Repeat = Until("turn == 2", 5), Retry = new RetryPolicy { MaxAttempts = 2, InitialDelay = TimeSpan.Zero } })).Starts()
            .Fails("a").Succeeds("a").Then("attempt.succeeded a#2 again", "attempt.started a#3")
            .Fails("a").Then("attempt.failed a#3 Unknown", "task.retry_scheduled a +0s", "attempt.started a#4")
            .Fails("a").Then("attempt.failed a#4 Unknown", "task.failed a Unknown", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void A_turn_is_not_asked_again_whether_it_is_done()
        => new RunScenario(Of(Task("a") with { When = If("turn == 1"), Repeat = Until("turn == 2", 5) })).Starts()
            .Succeeds("a").Then("attempt.succeeded a#1 again", "attempt.started a#2");

    [Fact]
    public void A_phase_is_done_again_until_its_condition_holds()
    {
        var run = new RunScenario(Of(Phase("one", Task("a"), Task("b", "a")) with { Repeat = Until("tasks.b.output.ok", 5) }, Phase("two", Task("c", "b")))).Starts();
        run.Succeeds("a", "1").Succeeds("b", """{"ok":false}""").Then("attempt.succeeded b#1", "phase.repeated one 2", "attempt.started a#2");
        Assert.Equal(["1"], run.State.OutputsOf(0).Select(output => output.ToString()));
        run.Succeeds("a", "2").Succeeds("b", """{"ok":true}""").Then("attempt.succeeded b#2", "phase.completed one", "phase.started two", "attempt.started c#1");
        Assert.Equal(["1", "2"], run.State.OutputsOf(0).Select(output => output.ToString()));
    }

    [Fact]
    public void What_made_nothing_in_a_turn_of_its_phase_is_null_among_its_outputs()
    {
        var run = new RunScenario(Of(Phase("one", Task("a"), Task("b")) with { Repeat = Until("turn == 2", 5) })).Starts();
        run.Fails("a").Succeeds("b", "1").Then("attempt.succeeded b#1", "phase.repeated one 2", "attempt.started a#2", "attempt.started b#2");
        run.Succeeds("a", "2").Succeeds("b", "2");
        Assert.Equal(["null", "2"], run.State.OutputsOf(0).Select(output => output.ToString()));
    }

    [Fact]
    public void A_phase_whose_loop_ends_without_its_condition_fails()
    {
        var run = new RunScenario(Of(Phase("one", Task("a")) with { Repeat = Until("false", 2) })).Starts().Succeeds("a").Succeeds("a");
        run.Then("attempt.succeeded a#2", "phase.failed one", "run.completed Failed");
        Assert.Equal("The loop ended after 2 turns without 'false' being true.", run.Fact<PhaseFailed>().Reason);
    }

    [Fact]
    public void Turns_of_a_phase_wait_for_their_time_and_so_do_those_who_come_to_look()
    {
        var run = new RunScenario(Of(Phase("one", Task("a")) with { Repeat = Until("turn == 2", 5, delay: 10) })).Starts();
        run.Succeeds("a").Then("attempt.succeeded a#1", "phase.repeated one 2");
        run.Passes(4).Then().Reloads().Then().Passes(6).Then("attempt.started a#2");
        run.Succeeds("a").Then("attempt.succeeded a#2", "phase.completed one", "run.completed Succeeded");
    }

    [Fact]
    public void The_time_limit_of_a_phase_counts_from_its_first_turn()
        => new RunScenario(Of(Phase("one", Task("a")) with { Repeat = Until("false", 5), Timeout = TimeSpan.FromSeconds(10) }), grace: TimeSpan.Zero).Starts()
            .Passes(6).Succeeds("a").Passes(4).Then("phase.stopping one", "task.canceled a forced", "phase.failed one", "run.completed Failed");

    [Fact]
    public void A_phase_without_tasks_goes_through_its_turns()
        => new RunScenario(Of(Phase("one") with { Repeat = Until("turn == 3", 5) })).Starts()
            .Then("run.started", "phase.started one", "phase.repeated one 2", "phase.repeated one 3", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void A_restart_begins_a_loop_anew()
    {
        var run = new RunScenario(Of(Phase("one", Task("a"), Task("b", "a")) with { Repeat = Until("turn == 2", 5), OnFailure = FailurePolicy.FailFast })).Starts();
        run.Succeeds("a", "1").Succeeds("b").Succeeds("a", "2").Fails("b").Then("attempt.failed b#2 Unknown", "task.failed b Unknown", "phase.failed one", "run.completed Failed");
        run.RestartsAtTask("b").Then("run.restarted b", "phase.reopened one 3", "phase.started one", "attempt.started a#3");
        Assert.Empty(run.State.OutputsOf(0));
        Assert.Equal(1, run.State.Phase(0).Turn);
    }

    [Fact]
    public void A_task_with_turns_in_a_phase_with_turns_has_all_of_them_in_each()
    {
        var run = new RunScenario(Of(Phase("one", Task("a") with { Repeat = Until("turn == 2", 2) }) with { Repeat = Until("turn == 2", 2) })).Starts();
        run.Succeeds("a", "1").Succeeds("a", "2").Then("attempt.succeeded a#2", "phase.repeated one 2", "attempt.started a#3");
        run.Succeeds("a", "3").Succeeds("a", "4").Then("attempt.succeeded a#4", "phase.completed one", "run.completed Succeeded");
        Assert.Equal(["1", "2", "3", "4"], run.State.OutputsOf(0).Select(output => output.ToString()));
    }

    private static RunScenario Repeats(string until, int max) => new RunScenario(Of(Task("a") with { Repeat = Until(until, max) })).Starts();
}
