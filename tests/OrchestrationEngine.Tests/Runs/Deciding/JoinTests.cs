using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using static OrchestrationEngine.Tests.Runs.Deciding.FlowPlan;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class JoinTests
{
    [Fact]
    public void Any_starts_once_when_the_first_arrives_and_the_others_go_on()
        => Started(JoinKind.Any)
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown")
            .Succeeds("b").Then("attempt.succeeded b#1", "attempt.started z#1")
            .Succeeds("c").Then("attempt.succeeded c#1");

    [Fact]
    public void Any_is_missed_when_none_arrived()
    {
        var run = Started(JoinKind.Any).Fails("a").Fails("b").Fails("c");
        Assert.Contains("task.skipped z", run.Facts.Select(FactText.Of));
        Assert.Equal("None of the tasks that it depends on succeeded: Task 'a', which it depends on, ended as Failed.", run.SkipReason("z"));
    }

    [Theory]
    [InlineData(OnSkipped.Run, "attempt.started z#1")]
    [InlineData(OnSkipped.Fail, "task.failed z InvalidInput")]
    public void A_missed_join_does_what_the_task_says(OnSkipped reaction, string expected)
    {
        var run = new RunScenario(Of(Task("a"), Joins("z", JoinKind.Any, "a") with { OnSkipped = reaction })).Starts().Fails("a");
        Assert.Contains(expected, run.Facts.Select(FactText.Of));
    }

    [Fact]
    public void At_least_so_many_starts_with_the_last_that_is_needed()
        => Started(new JoinDefinition { Kind = JoinKind.AtLeast, Count = 2 })
            .Succeeds("c").Then("attempt.succeeded c#1")
            .Fails("a").Then("attempt.failed a#1 Unknown", "task.failed a Unknown")
            .Succeeds("b").Then("attempt.succeeded b#1", "attempt.started z#1");

    [Fact]
    public void At_least_so_many_is_missed_as_soon_as_so_many_can_not_come_any_more()
        => Started(new JoinDefinition { Kind = JoinKind.AtLeast, Count = 3 })
            .Fails("b").Then("attempt.failed b#1 Unknown", "task.failed b Unknown", "task.skipped z");

    [Fact]
    public void Activated_waits_for_all_and_does_not_mind_those_that_were_skipped()
    {
        var run = new RunScenario(Of(Task("a"), Task("b") with { When = If("false") }, Joins("z", JoinKind.Activated, "a", "b"))).Starts();
        run.Then("run.started", "phase.started one", "task.skipped b", "attempt.started a#1");
        run.Succeeds("a").Then("attempt.succeeded a#1", "attempt.started z#1");
    }

    [Fact]
    public void Activated_is_missed_when_one_that_was_not_skipped_failed()
        => new RunScenario(Of(Task("a"), Task("b") with { When = If("false") }, Joins("z", JoinKind.Activated, "a", "b"))).Starts()
            .Fails("a").Are(RunTaskStatus.Skipped, "z");

    [Fact]
    public void Activated_is_missed_when_all_were_skipped()
    {
        var run = new RunScenario(Of(Task("a") with { When = If("false") }, Joins("z", JoinKind.Activated, "a"))).Starts();
        Assert.Equal("All tasks that it depends on were skipped.", run.SkipReason("z"));
    }

    [Fact]
    public void None_waits_for_nothing()
        => new RunScenario(Of(Task("a"), Joins("z", JoinKind.None, "a"))).Starts().Then("run.started", "phase.started one", "attempt.started a#1", "attempt.started z#1");

    [Theory]
    [InlineData(JoinKind.Any)]
    [InlineData(JoinKind.First)]
    [InlineData(JoinKind.AtLeast)]
    [InlineData(JoinKind.Activated)]
    [InlineData(JoinKind.Until)]
    public void A_join_that_counts_nothing_is_complete(JoinKind kind)
        => new RunScenario(Of(Task("z") with { Join = new JoinDefinition { Kind = kind, Count = 1, Condition = If("false") } }))
            .Starts().Then("run.started", "phase.started one", "attempt.started z#1");

    [Fact]
    public void Until_starts_as_soon_as_its_expression_holds()
        => Started(new JoinDefinition { Kind = JoinKind.Until, Condition = If("tasks.a.output.ok || tasks.b.output.ok") })
            .Succeeds("a", """{"ok":false}""").Then("attempt.succeeded a#1")
            .Succeeds("b", """{"ok":true}""").Then("attempt.succeeded b#1", "attempt.started z#1");

    [Fact]
    public void Until_is_missed_when_all_have_ended_and_it_is_false()
    {
        var run = Started(new JoinDefinition { Kind = JoinKind.Until, Condition = If("tasks.a.status == 'failed'") }).Succeeds("a").Succeeds("b").Succeeds("c");
        Assert.Equal("All tasks that it depends on have ended, and its join is false: tasks.a.status == 'failed'", run.SkipReason("z"));
    }

    [Fact]
    public void Until_that_can_not_be_read_when_all_have_ended_fails_the_task()
    {
        var run = Started(new JoinDefinition { Kind = JoinKind.Until, Condition = If("tasks.a.output.ok") }).Succeeds("b").Succeeds("c").Succeeds("a", "7");
        Assert.StartsWith("The join of task 'z' (tasks.a.output.ok) can't be read: ", run.Fact<TaskFailed>().Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_looks_at_its_join_when_all_that_it_only_stands_behind_have_ended()
    {
        var phase = Phase("one", Task("a"), Task("b"), Joins("z", JoinKind.Any, "a")) with { Mode = PhaseMode.Sequential };
        new RunScenario(Of(phase)).Starts()
            .Succeeds("a").Then("attempt.succeeded a#1", "attempt.started b#1")
            .Succeeds("b").Then("attempt.succeeded b#1", "attempt.started z#1");
    }

    [Fact]
    public void First_cancels_the_others()
    {
        var run = Started(JoinKind.First).Succeeds("b");
        run.Then("attempt.succeeded b#1", "task.stopping a", "task.stopping c", "attempt.started z#1");
        Assert.All(run.Facts.Select(fact => fact.Event).OfType<TaskStopping>(), fact => Assert.Equal("Task 'z' has what it needs (first).", fact.Reason));
        run.Fails("a").Then("attempt.failed a#1 Unknown", "task.canceled a");
        run.Succeeds("c").Then("attempt.succeeded c#1").Are(RunTaskStatus.Succeeded, "c");
    }

    [Fact]
    public void What_is_canceled_and_does_not_stop_is_given_up_at_the_end_of_the_grace_period()
        => new RunScenario(Of(Task("a"), Task("b"), Joins("z", JoinKind.First, "a", "b")), grace: TimeSpan.FromSeconds(30)).Starts()
            .Succeeds("a").Passes(29).Then().Passes(1).Then("task.canceled b forced").Are(RunTaskStatus.Canceled, "b");

    [Fact]
    public void What_leads_to_nothing_but_canceled_tasks_is_canceled_too()
    {
        // u leads to b alone; v leads to b and to w, which somebody needs.
        var run = new RunScenario(Of(Task("a"), Task("u"), Task("v"), Task("b", "u", "v"), Task("w", "v"), Joins("z", JoinKind.First, "a", "b"))).Starts();
        run.Succeeds("a").Then("attempt.succeeded a#1", "task.stopping u", "task.canceled b", "attempt.started z#1");
    }

    [Fact]
    public void What_another_task_still_counts_is_not_canceled()
        => new RunScenario(Of(Task("a"), Task("b"), Joins("z", JoinKind.First, "a", "b"), Task("y", "b"))).Starts()
            .Succeeds("a").Then("attempt.succeeded a#1", "attempt.started z#1");

    [Fact]
    public void A_loser_that_another_loser_depends_on_is_canceled_with_it()
        => new RunScenario(Of(Task("a"), Task("b"), Task("c", "b"), Joins("z", JoinKind.First, "a", "b", "c"))).Starts()
            .Succeeds("a").Then("attempt.succeeded a#1", "task.stopping b", "task.canceled c", "attempt.started z#1");

    [Fact]
    public void Losers_in_phases_that_have_not_begun_are_canceled_and_their_phase_is_done()
    {
        var later = Phase("two", Task("b")) with { DependsOn = ["one"] };
        var joining = Phase("three", Joins("z", JoinKind.First, "a", "b")) with { DependsOn = [] };
        var run = new RunScenario(Of(Phase("one", Task("a"), Task("c")), later, joining)).Starts();
        run.Succeeds("a").Then("attempt.succeeded a#1", "task.canceled b", "attempt.started z#1");
        run.Succeeds("c").Then("attempt.succeeded c#1", "phase.completed one", "phase.started two", "phase.completed two");
    }

    private static RunScenario Started(JoinKind kind) => Started(new JoinDefinition { Kind = kind });

    private static RunScenario Started(JoinDefinition join)
        => new RunScenario(Of(Task("a"), Task("b"), Task("c"), Task("z", "a", "b", "c") with { Join = join })).Starts();
}
