using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using static OrchestrationEngine.Tests.Runs.Deciding.FlowPlan;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class LockTests
{
    [Fact]
    public void Tasks_that_share_a_lock_run_one_after_the_other_and_all_others_together()
        => new RunScenario(Of(Locked("a", "l"), Locked("b", "l"), Task("c"), Locked("d", "m"))).Starts()
            .Then("run.started", "phase.started one", "attempt.started c#1", "attempt.started a#1", "attempt.started d#1")
            .Succeeds("a").Then("attempt.succeeded a#1", "attempt.started b#1");

    [Fact]
    public void A_lock_is_held_between_two_attempts_and_two_turns()
        => new RunScenario(Of(
                Locked("a", "l") with { Retry = new RetryPolicy { MaxAttempts = 2, InitialDelay = TimeSpan.FromSeconds(5) }, Repeat = Until("turn == 2", 2, delay: 5) },
                Locked("b", "l"))).Starts()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.retry_scheduled a +5s")
            .Passes(5).Succeeds("a").Then("attempt.succeeded a#2 again")
            .Passes(5).Succeeds("a").Then("attempt.succeeded a#3", "attempt.started b#1");

    [Fact]
    public void Who_waits_first_has_it_first_even_where_another_is_more_urgent()
    {
        var run = new RunScenario(Of(Locked("a", "l"), Task("s"), Locked("b", "l"), Locked("c", "l", "s") with { Priority = 9 })).Starts();
        run.Succeeds("s").Succeeds("a").Then("attempt.succeeded a#1", "attempt.started b#1").Succeeds("b").Then("attempt.succeeded b#1", "attempt.started c#1");
    }

    [Fact]
    public void Who_needs_several_locks_is_not_overtaken_at_any_of_them()
    {
        // b needs what a has and what is free; c would only need what is free, and came later.
        var run = new RunScenario(Of(Locked("a", "l"), Locked("b", "l") with { Locks = ["l", "m"] }, Locked("c", "m"))).Starts();
        run.Then("run.started", "phase.started one", "attempt.started a#1");
        Assert.Equal("The task is ready; task 'b' stands before it in the line for lock 'm'.", Reason(run, "c"));
        Assert.Equal("The task is ready; lock 'l' is held by task 'a'.", Reason(run, "b"));
        run.Succeeds("a").Then("attempt.succeeded a#1", "attempt.started b#1").Succeeds("b").Then("attempt.succeeded b#1", "attempt.started c#1");
    }

    [Fact]
    public void Who_is_canceled_in_the_line_keeps_nobody_waiting()
        => new RunScenario(Of(Locked("a", "l"), Locked("b", "l") with { Locks = ["l", "m"] }, Locked("c", "m"))).Starts()
            .CancelsTasks("b").Then("task.canceled b", "attempt.started c#1");

    [Fact]
    public void A_phase_holds_its_locks_from_its_start_to_its_end()
    {
        var run = new RunScenario(Of(
            Phase("one", Task("a")) with { Locks = ["l"] },
            Phase("two", Task("b")) with { Locks = ["l"], DependsOn = [] },
            Phase("three", Locked("c", "l")) with { DependsOn = [] })).Starts();
        run.Then("run.started", "phase.started one", "phase.started three", "attempt.started a#1");
        Assert.Equal("The phase waits: lock 'l' is held by phase 'one'.", WaitReasons.Of(run.State, run.Now).Single(wait => wait.Phase == "two").Reason);
        run.Succeeds("a").Then("attempt.succeeded a#1", "phase.completed one", "phase.started two", "attempt.started b#1");
        run.Succeeds("b").Then("attempt.succeeded b#1", "phase.completed two", "attempt.started c#1");
    }

    [Fact]
    public void A_task_does_not_wait_for_what_its_own_phase_has()
        => new RunScenario(Of(Phase("one", Locked("a", "l"), Locked("b", "l")) with { Locks = ["l"] })).Starts()
            .Then("run.started", "phase.started one", "attempt.started a#1")
            .Succeeds("a").Then("attempt.succeeded a#1", "attempt.started b#1");

    [Fact]
    public void Locks_that_are_waited_for_in_a_circle_are_said_aloud()
    {
        var run = new RunScenario(Of(
            Phase("one", Task("s"), Locked("a", "m", "s")) with { Locks = ["l"] },
            Phase("two", Task("t"), Locked("b", "l", "t")) with { Locks = ["m"], DependsOn = [] })).Starts();
        run.Succeeds("s").Succeeds("t");
        Assert.Equal(RunStatus.Quarantined, run.Status);
        Assert.Contains("wait for each other's locks. a: The task is ready; lock 'm' is held by phase 'two'. b: The task is ready; lock 'l' is held by phase 'one'.", run.State.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_at_a_time_means_any_order_but_never_two()
    {
        var phase = Phase("one", Task("a"), Task("b") with { Priority = 5 }, Task("c"), Task("d", "c")) with { Mode = PhaseMode.OneAtATime };
        var run = new RunScenario(Of(phase, Phase("two", Task("x")) with { DependsOn = [] })).Starts();
        run.Then("run.started", "phase.started one", "phase.started two", "attempt.started b#1", "attempt.started x#1");
        Assert.Equal("The task is ready; the tasks of its phase run one at a time, and task 'b' runs.", Reason(run, "a"));
        run.Succeeds("b").Then("attempt.succeeded b#1", "attempt.started c#1");
        run.CancelsTasks("a").Then("task.canceled a");
        run.Succeeds("c").Then("attempt.succeeded c#1", "attempt.started d#1");
    }

    [Fact]
    public void One_at_a_time_the_next_waits_until_the_last_attempt_is_over()
        => new RunScenario(Of(Phase("one", Task("a") with { Retry = new RetryPolicy { MaxAttempts = 2, InitialDelay = TimeSpan.FromSeconds(5) } }, Task("b")) with { Mode = PhaseMode.OneAtATime })).Starts()
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.retry_scheduled a +5s")
            .Passes(5).Then("attempt.started a#2")
            .Succeeds("a").Then("attempt.succeeded a#2", "attempt.started b#1");

    [Fact]
    public void After_a_crash_a_lock_is_still_held()
        => new RunScenario(Of(Locked("a", "l"), Locked("b", "l"))).Starts()
            .Reloads().Then("attempt.abandoned a#1", "task.retry_scheduled a +0s", "attempt.started a#2")
            .Succeeds("a").Then("attempt.succeeded a#2", "attempt.started b#1");

    private static TaskDefinition Locked(string id, string name, params string[] after) => Task(id, after) with { Locks = [name] };

    private static string Reason(RunScenario run, string task) => WaitReasons.Of(run.State, run.Now).Single(wait => wait.Task == task).Reason;
}
