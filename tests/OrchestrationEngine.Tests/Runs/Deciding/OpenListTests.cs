using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

/// <summary>Lists that take items while the task is under way, and tasks that have enough of them before they are through.</summary>
public sealed class OpenListTests
{
    [Fact]
    public void Items_are_added_at_the_end_until_the_list_is_sealed()
        => Open("[1]").Starts()
            .Then("run.started", "phase.started one", "task.expanded each [1] open", "attempt.started each[0]#1")
            .SucceedsItem("each", 0, "1").Then("attempt.succeeded each[0]#1")
            .Adds("each", "[2,3]").Then("task.items_added each [2,3]", "attempt.started each[1]#1", "attempt.started each[2]#1")
            .SucceedsItem("each", 2, "3").SucceedsItem("each", 1, "2").Then("attempt.succeeded each[1]#1")
            .Seals("each").Then("task.sealed each", "task.succeeded each", "attempt.started after#1")
            .Has("each", "[1,2,3]");

    [Fact]
    public void An_empty_open_list_waits_and_says_for_what()
    {
        var run = Open("[]").Starts().Then("run.started", "phase.started one", "task.expanded each [] open");
        Assert.Equal(
            "Of the task's 0 items 0 have ended and 0 are under way. Its list is open: it takes more items until it is sealed.",
            Assert.Single(WaitReasons.Of(run.State, run.Now), reason => reason.Task == "each").Reason);
        run.Passes(1_000_000).Then().Seals("each").Then("task.sealed each", "task.succeeded each", "attempt.started after#1").Has("each", "[]");
    }

    [Fact]
    public void What_is_added_twice_under_one_id_is_added_once()
    {
        var run = Open("[]").Starts().Adds("each", "[1]", "a").Then("task.items_added each [1]", "attempt.started each[0]#1").Adds("each", "[1]", "a").Then().Adds("each", "[1]", "b").Then("task.items_added each [1]", "attempt.started each[1]#1");
        Assert.Null(run.Seals("each").Adds("each", "[1]", "a").Refusal);
        Assert.Null(run.SucceedsItem("each", 0).SucceedsItem("each", 1).Adds("each", "[1]", "b").Refusal);
        Assert.Equal("Task 'each' takes no more items: it has ended as Succeeded.", run.Adds("each", "[1]", "c").Refusal);
    }

    [Fact]
    public void A_list_that_can_t_take_items_refuses_them_with_the_reason()
    {
        Assert.Equal("The list of task 'each' is what the plan gives, and takes no more items. A list takes them where the plan says so (forEach.open).", FanOutTests.Scenario("[1]").Starts().Adds("each", "[2]").Refusal);
        Assert.Equal("Task 'each' takes no more items: its list is sealed.", Open("[1]").Starts().Seals("each").Adds("each", "[2]").Refusal);
        Assert.Equal("The plan of run 'r' has no task 'eech'. Did you mean 'each'?", Open("[1]").Starts().Adds("eech", "[2]").Refusal);
        Assert.Equal("Task 'after' is not done for each item of a list (forEach), so it has no items.", Open("[1]").Starts().Seals("after").Refusal);
        Assert.Equal("Task 'each' takes no more items: it is being stopped. No more.", Open("[1]").Starts().Cancels().Adds("each", "[2]").Refusal);
        Assert.Equal("Task 'each' is Pending and has no list of items. It has one when it has started, which the journal says (task.expanded).", Open("[1]").Adds("each", "[2]").Refusal);
        Assert.Equal(
            "Task 'each' has 999,999 items; with 2 more it would have more than the 1,000,000 that a task can have.",
            Open("[" + string.Join(',', Enumerable.Repeat("0", 999_999)) + "]", forEach => forEach with { MaxParallel = 1 }).Starts().Adds("each", "[1,2]").Refusal);
    }

    [Fact]
    public void Sealing_a_sealed_list_changes_nothing()
        => Assert.Null(FanOutTests.Scenario("[1]").Starts().Seals("each").Then().Refusal);

    [Fact]
    public void Completing_early_keeps_what_is_there_and_cancels_the_rest()
    {
        var run = Open("[1,2,3,4]", forEach => forEach with { MaxParallel = 2 }).Starts().SucceedsItem("each", 0, "1").Completes("each").Then("task.completing each");
        Assert.Equal("Succeeded Running Running Canceled", run.ItemsOf("each"));
        Assert.Equal("2 of the task's 4 items are being stopped: Enough.", Assert.Single(WaitReasons.Of(run.State, run.Now), reason => reason.Task == "each").Reason);
        run.FailsItem("each", 1, FailureClass.Canceled).SucceedsItem("each", 2, "3").Then("attempt.succeeded each[2]#1", "task.succeeded each", "attempt.started after#1").Has("each", "[1,null,3,null]");
        Assert.Null(run.Completes("each").Then().Refusal);
    }

    [Fact]
    public void A_task_that_is_about_to_fail_is_not_completed()
        => Assert.Equal("Task 'each' is about to fail: Item 0 failed: It did not work.", Open("[1,2]").Starts().FailsItem("each", 0).Completes("each").Refusal);

    [Fact]
    public void A_task_that_failed_is_not_completed()
        => Assert.Equal("The items of task 'each' can't be completed early: the run has ended as Failed.", Open("[1]").Starts().FailsItem("each", 0).Completes("each").Refusal);

    [Fact]
    public void A_join_by_an_expression_ends_as_soon_as_it_is_true()
        => Open("[1,2,3]", Until("tasks.each.items.succeeded == 2")).Starts().SucceedsItem("each", 2, "3").SucceedsItem("each", 0, "1")
            .Then("attempt.succeeded each[0]#1", "task.succeeded each", "attempt.started after#1").Has("each", "[1,null,3]");

    [Fact]
    public void A_join_by_an_expression_sees_what_the_items_have_made_so_far()
        => Open("[1,2,3]", Until("tasks.each.outputs[1] == 'b'")).Starts().SucceedsItem("each", 0, "\"a\"").Then("attempt.succeeded each[0]#1").SucceedsItem("each", 2, "\"b\"")
            .Then("attempt.succeeded each[2]#1", "task.succeeded each", "attempt.started after#1");

    [Fact]
    public void A_join_by_an_expression_that_is_never_true_fails_when_all_have_ended()
        => Assert.Equal("All items have ended without 'tasks.each.items.succeeded == 2' being true.", FanOutTests.Scenario("[1]", Until("tasks.each.items.succeeded == 2")).Starts().SucceedsItem("each", 0).Fact<TaskFailed>().Failure.Message);

    [Fact]
    public void A_join_by_an_expression_that_can_t_be_read_fails_when_all_have_ended()
        => Assert.Contains("can't be read", FanOutTests.Scenario("[1]", Until("tasks.each.outputs[7].x")).Starts().SucceedsItem("each", 0).Fact<TaskFailed>().Failure.Message, StringComparison.Ordinal);

    [Fact]
    public void Detached_items_with_an_open_list_hold_their_phase_until_it_is_sealed()
        => Open("[1]", forEach => forEach with { Join = new JoinDefinition { Kind = JoinKind.None } }).Starts()
            .Then("run.started", "phase.started one", "task.expanded each [1] open", "task.succeeded each", "attempt.started each[0]#1", "attempt.started after#1")
            .Succeeds("after").SucceedsItem("each", 0).Then("attempt.succeeded each[0]#1")
            .Adds("each", "[2]").Then("task.items_added each [2]", "attempt.started each[1]#1").SucceedsItem("each", 1).Then("attempt.succeeded each[1]#1")
            .Seals("each").Then("task.sealed each", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void Detached_items_are_completed_early_too()
        => Open("[1]", forEach => forEach with { Join = new JoinDefinition { Kind = JoinKind.None } }).Starts().Succeeds("after").Completes("each").Then("task.completing each")
            .FailsItem("each", 0, FailureClass.Canceled).Then("attempt.failed each[0]#1 Canceled", "task.canceled each[0]", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void A_run_with_an_open_list_is_taken_up_again_as_it_was()
        => Open("[1]").Starts().SucceedsItem("each", 0, "1").Reloads().Then().Adds("each", "[2]", "a").Reloads().Adds("each", "[2]", "a").SucceedsItem("each", 1, "2").Seals("each").Has("each", "[1,2]");

    [Fact]
    public void A_canceled_run_ends_although_a_list_is_open()
        => Open("[]").Starts().Cancels().Then("run.stopping Canceled", "phase.canceled one", "run.completed Canceled");

    [Fact]
    public void While_the_run_is_held_items_are_added_and_don_t_start()
        => Open("[]").Starts().Pauses().Adds("each", "[1]").Then("task.items_added each [1]").Resumes().Then("run.resumed", "attempt.started each[0]#1");

    private static RunScenario Open(string items, Func<ForEachDefinition, ForEachDefinition>? forEach = null) => FanOutTests.Scenario(items, each => (forEach ?? (same => same))(each with { Open = true }));

    private static Func<ForEachDefinition, ForEachDefinition> Until(string condition) => forEach => forEach with { Join = new JoinDefinition { Kind = JoinKind.Until, Condition = ConditionExpression.Parse(condition) } };
}
