using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using static OrchestrationEngine.Tests.Runs.Deciding.FlowPlan;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class GuardTests
{
    [Fact]
    public void A_task_waits_for_its_milestone()
    {
        var run = new RunScenario(Of(Task("a"), Task("b") with { Guard = If("tasks.a.status == 'succeeded'") })).Starts();
        run.Then("run.started", "phase.started one", "attempt.started a#1");
        Assert.Equal("The task is ready, and waits for its milestone: tasks.a.status == 'succeeded'", Reason(run, "b"));
        run.Succeeds("a").Then("attempt.succeeded a#1", "attempt.started b#1");
    }

    [Fact]
    public void A_milestone_that_can_not_be_read_is_not_there()
    {
        var run = new RunScenario(Of(Task("a"), Task("b") with { Guard = If("tasks.a.output.ok") })).Starts();
        Assert.StartsWith("The task is ready, and its milestone can't be read yet (tasks.a.output.ok): ", Reason(run, "b"), StringComparison.Ordinal);
        run.Succeeds("a", """{"ok":true}""").Then("attempt.succeeded a#1", "attempt.started b#1");
    }

    [Fact]
    public void A_milestone_may_be_over_before_the_task_gets_there()
    {
        var run = new RunScenario(Of(Task("a"), Task("s"), Task("b", "s") with { Guard = If("tasks.a.status == 'running'") })).Starts();
        run.Succeeds("a").Succeeds("s").Then("attempt.succeeded s#1", "task.skipped b", "phase.completed one", "run.completed Succeeded");
        Assert.Equal("The milestone can't come any more: tasks.a.status == 'running'", run.SkipReason("b"));
    }

    [Fact]
    public void A_milestone_is_looked_at_at_the_moment_of_the_start()
    {
        // Room for one: when it is b's turn, a is over.
        var run = new RunScenario(Of(Task("a") with { Priority = 9 }, Task("b") with { Guard = If("tasks.a.status != 'succeeded'") }), room: 1).Starts();
        run.Succeeds("a").Then("attempt.succeeded a#1", "task.skipped b", "phase.completed one", "run.completed Succeeded");
    }

    [Fact]
    public void Phases_and_signals_are_milestones_too()
    {
        var run = new RunScenario(Of(
            Phase("one", Task("a")),
            Phase("two", Task("b") with { Guard = If("phases.one.status == 'completed'") }, Task("c") with { Guard = If("signals.go[0] == 7") }) with { DependsOn = [] })).Starts();
        run.Then("run.started", "phase.started one", "phase.started two", "attempt.started a#1");
        run.Succeeds("a").Then("attempt.succeeded a#1", "phase.completed one", "attempt.started b#1");
        run.Succeeds("b").Then("attempt.succeeded b#1");
        run.Hears("1", "go", "7").Then("signal.received go", "attempt.started c#1");
    }

    [Fact]
    public void A_milestone_is_waited_for_as_long_as_the_plan_says()
    {
        var run = new RunScenario(Of(Task("a"), Task("b") with { Guard = If("tasks.a.status == 'succeeded'"), GuardTimeout = TimeSpan.FromSeconds(10) })).Starts();
        run.Then("run.started", "phase.started one", "attempt.started a#1", "task.held b").Passes(9).Then().Reloads().Passes(1).Then("task.skipped b");
        Assert.Equal("Its milestone did not come within 0:00:10: tasks.a.status == 'succeeded'", run.SkipReason("b"));
    }

    [Fact]
    public void A_milestone_that_comes_in_time_is_forgotten()
        => new RunScenario(Of(Task("a"), Task("b") with { Guard = If("tasks.a.status == 'succeeded'"), GuardTimeout = TimeSpan.FromSeconds(10) })).Starts()
            .Succeeds("a").Then("attempt.succeeded a#1", "attempt.started b#1").Passes(20).Then();

    [Fact]
    public void Of_several_that_can_not_come_the_first_is_left_out_and_may_be_what_the_next_waits_for()
        => new RunScenario(Of(Task("a") with { Guard = If("tasks.b.status == 'succeeded'") }, Task("b") with { Guard = If("tasks.a.status == 'skipped'") })).Starts()
            .Then("run.started", "phase.started one", "task.skipped a", "attempt.started b#1");

    [Fact]
    public void Who_waits_for_a_milestone_stands_in_no_line_for_a_lock()
        => new RunScenario(Of(Task("a") with { Locks = ["l"], Guard = If("tasks.b.status == 'succeeded'") }, Task("b") with { Locks = ["l"] })).Starts()
            .Then("run.started", "phase.started one", "attempt.started b#1")
            .Succeeds("b").Then("attempt.succeeded b#1", "attempt.started a#1");

    [Fact]
    public void A_second_attempt_is_not_asked_for_the_milestone()
        => new RunScenario(Of(Task("a"), Task("b") with { Guard = If("tasks.a.status == 'running'"), Retry = new RetryPolicy { MaxAttempts = 2, InitialDelay = TimeSpan.FromSeconds(1) } })).Starts()
            .Succeeds("a").Fails("b").Passes(1).Then("attempt.started b#2");

    private static string Reason(RunScenario run, string task) => WaitReasons.Of(run.State, run.Now).Single(wait => wait.Task == task).Reason;
}
