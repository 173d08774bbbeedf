using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

/// <summary>A task that is done for each item of a list.</summary>
public sealed class FanOutTests
{
    [Fact]
    public void A_list_becomes_items_that_start_in_its_order_and_their_outputs_are_the_tasks_output()
        => Scenario("[10,20,30]")
            .Starts()
            .Then("run.started", "phase.started one", "task.expanded each [10,20,30]", "attempt.started each[0]#1", "attempt.started each[1]#1", "attempt.started each[2]#1")
            .SucceedsItem("each", 2, "\"c\"")
            .SucceedsItem("each", 0, "\"a\"")
            .Then("attempt.succeeded each[0]#1")
            .SucceedsItem("each", 1, "{\"b\":1}")
            .Then("attempt.succeeded each[1]#1", "task.succeeded each", "attempt.started after#1")
            .Has("each", "[\"a\",{\"b\":1},\"c\"]");

    [Fact]
    public void An_empty_list_is_done_at_once()
        => Scenario("[]").Starts()
            .Then("run.started", "phase.started one", "task.expanded each []", "task.succeeded each", "attempt.started after#1")
            .Has("each", "[]");

    [Theory]
    [InlineData("{}", "an object")]
    [InlineData("7", "a number")]
    [InlineData("null", "null")]
    public void What_is_no_list_fails_the_task_and_says_what_it_is(string items, string kind)
    {
        var run = Scenario(items).Starts();
        Assert.Equal($"Its items (inputs.list) are {kind}; a list was expected.", run.Fact<TaskFailed>().Failure.Message);
        Assert.Equal(RunStatus.Failed, run.Status);
    }

    [Fact]
    public void An_input_that_is_not_there_fails_the_task()
        => Assert.Contains("can't be read", new RunScenario(Plan(new ForEachDefinition { Items = ValueExpression.Parse("inputs.none") })).Starts().Fact<TaskFailed>().Failure.Message, StringComparison.Ordinal);

    [Fact]
    public void More_than_a_million_items_fail_the_task()
        => Assert.Equal(
            "Its list of items (inputs.list) has 1,000,001 of them; a task can have 1,000,000.",
            Scenario("[" + string.Join(',', Enumerable.Repeat("0", 1_000_001)) + "]").Starts().Fact<TaskFailed>().Failure.Message);

    [Fact]
    public void No_more_items_are_under_way_than_the_task_allows()
        => Scenario("[1,2,3,4]", forEach => forEach with { MaxParallel = 2 })
            .Starts()
            .Then("run.started", "phase.started one", "task.expanded each [1,2,3,4]", "attempt.started each[0]#1", "attempt.started each[1]#1")
            .SucceedsItem("each", 1)
            .Then("attempt.succeeded each[1]#1", "attempt.started each[2]#1")
            .SucceedsItem("each", 2)
            .Then("attempt.succeeded each[2]#1", "attempt.started each[3]#1")
            .SucceedsItem("each", 0)
            .Then("attempt.succeeded each[0]#1");

    [Fact]
    public void A_failed_item_cancels_the_rest_and_fails_the_task_by_name()
    {
        var run = Scenario("[1,2,3]", forEach => forEach with { MaxParallel = 2 }).Starts().FailsItem("each", 1, FailureClass.Timeout)
            .Then("attempt.failed each[1]#1 Timeout", "task.failed each[1] Timeout", "task.completing each Timeout");
        Assert.Equal("Running Failed Canceled", run.ItemsOf("each"));
        Assert.True(WantedEffects.ForTask(run.State, run.ItemOf("each", 0))!.Value.Stop);
        run.FailsItem("each", 0, FailureClass.Canceled);
        Assert.Equal("Item 1 failed: It did not work.", run.Fact<TaskFailed>().Failure.Message);
        Assert.Equal(RunStatus.Failed, run.Status);
    }

    [Fact]
    public void An_item_that_is_stopped_and_succeeds_all_the_same_has_succeeded()
    {
        var run = Scenario("[1,2]").Starts().Completes("each").SucceedsItem("each", 0, "5").FailsItem("each", 1, FailureClass.Canceled)
            .Then("attempt.failed each[1]#1 Canceled", "task.canceled each[1]", "task.succeeded each", "attempt.started after#1");
        run.Has("each", "[5,null]");
    }

    [Fact]
    public void Items_that_do_not_stop_are_given_up_at_the_end_of_the_grace_period()
        => Scenario("[1,2]").Starts().Completes("each").Passes(29).Then().Passes(2)
            .Then("task.canceled each[0] forced", "task.canceled each[1] forced", "task.succeeded each", "attempt.started after#1")
            .Has("each", "[null,null]");

    [Fact]
    public void A_failed_item_is_tried_again_by_the_tasks_policy()
        => Scenario("[1]", task: task => task with { Retry = new RetryPolicy { MaxAttempts = 2, InitialDelay = TimeSpan.FromSeconds(5), Jitter = RetryJitter.None } })
            .Starts().FailsItem("each", 0)
            .Then("attempt.failed each[0]#1 Unknown", "task.retry_scheduled each[0] +5s")
            .Passes(5).Then("attempt.started each[0]#2")
            .SucceedsItem("each", 0, "1").Has("each", "[1]");

    [Fact]
    public void With_continueOnError_a_failed_item_is_null_in_the_output()
        => Scenario("[1,2]", forEach => forEach with { ContinueOnError = true }).Starts().FailsItem("each", 0).SucceedsItem("each", 1, "2")
            .Then("attempt.succeeded each[1]#1", "task.succeeded each", "attempt.started after#1")
            .Has("each", "[null,2]");

    [Fact]
    public void An_attempt_that_takes_too_long_is_stopped_and_given_up_item_by_item()
        => Scenario("[1]", forEach => forEach with { ContinueOnError = true }, task => task with { Timeout = TimeSpan.FromSeconds(10) }).Starts()
            .Passes(10).Then("attempt.stopping each[0]#1")
            .Passes(30).Then("attempt.failed each[0]#1 Timeout", "task.failed each[0] Timeout", "task.succeeded each", "attempt.started after#1");

    [Fact]
    public void At_least_so_many_end_the_task_and_the_others_go_on()
        => Scenario("[1,2,3]", forEach => forEach with { Join = new JoinDefinition { Kind = JoinKind.AtLeast, Count = 1 } })
            .Starts().SucceedsItem("each", 1, "2")
            .Then("attempt.succeeded each[1]#1", "task.succeeded each", "attempt.started after#1")
            .Has("each", "[null,2,null]")
            .Succeeds("after").SucceedsItem("each", 0, "1").Then("attempt.succeeded each[0]#1")
            .FailsItem("each", 2).Then("attempt.failed each[2]#1 Unknown", "task.failed each[2] Unknown", "phase.completed one", "run.completed Succeeded")
            .Has("each", "[null,2,null]");

    [Fact]
    public void At_least_so_many_cancel_the_rest_where_the_join_says_so()
        => Scenario("[1,2,3]", forEach => forEach with { MaxParallel = 2, Join = new JoinDefinition { Kind = JoinKind.AtLeast, Count = 1, CancelRest = true } })
            .Starts().SucceedsItem("each", 1, "2").Then("attempt.succeeded each[1]#1", "task.completing each")
            .FailsItem("each", 0, FailureClass.Canceled)
            .Then("attempt.failed each[0]#1 Canceled", "task.canceled each[0]", "task.succeeded each", "attempt.started after#1")
            .Has("each", "[null,2,null]");

    [Fact]
    public void A_join_that_has_become_impossible_fails_the_task_and_says_why()
    {
        var run = Scenario("[1,2,3]", forEach => forEach with { Join = new JoinDefinition { Kind = JoinKind.AtLeast, Count = 2 } }).Starts().FailsItem("each", 0).FailsItem("each", 1)
            .Then("attempt.failed each[1]#1 Unknown", "task.failed each[1] Unknown", "task.completing each Unknown");
        Assert.Equal("At least 2 of its items must succeed, and no more than 1 can: it has 3, and 2 failed. Item 0 failed: It did not work.", run.Fact<TaskCompleting>().Failure!.Message);
    }

    [Fact]
    public void At_least_one_of_an_empty_list_fails()
        => Assert.Equal(
            "At least 1 of its items must succeed, and no more than 0 can: it has 0.",
            Scenario("[]", forEach => forEach with { Join = new JoinDefinition { Kind = JoinKind.AtLeast, Count = 1 } }).Starts().Fact<TaskFailed>().Failure.Message);

    [Fact]
    public void Items_that_are_joined_by_nothing_go_on_by_themselves_and_the_phase_waits_for_them()
        => Scenario("[1,2]", Detached).Starts()
            .Then("run.started", "phase.started one", "task.expanded each [1,2]", "task.succeeded each", "attempt.started each[0]#1", "attempt.started each[1]#1", "attempt.started after#1")
            .Has("each", "null")
            .Succeeds("after").Then("attempt.succeeded after#1")
            .SucceedsItem("each", 0).SucceedsItem("each", 1)
            .Then("attempt.succeeded each[1]#1", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void A_detached_item_that_fails_fails_its_phase()
    {
        var run = Scenario("[1]", Detached).Starts().Succeeds("after").FailsItem("each", 0);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Contains("Task 'each' has items that failed (1): item 0: It did not work.", run.Fact<PhaseFailed>().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_detached_item_that_fails_is_passed_over_where_errors_are()
        => Assert.Equal(RunStatus.Succeeded, Scenario("[1]", forEach => Detached(forEach) with { ContinueOnError = true }).Starts().Succeeds("after").FailsItem("each", 0).Status);

    [Fact]
    public void An_item_is_set_aside_that_ends_its_process_again_and_again()
    {
        var run = Scenario("[1,2]", task: task => task with { MaxStarts = 2 }).Starts().Reloads().Then(
            "attempt.abandoned each[0]#1", "task.retry_scheduled each[0] +0s", "attempt.abandoned each[1]#1", "task.retry_scheduled each[1] +0s", "attempt.started each[0]#2", "attempt.started each[1]#2");
        run.SucceedsItem("each", 1).Reloads()
            .Then("attempt.abandoned each[0]#2", "task.quarantined each[0]", "task.failed each Crashed", "phase.stopping one", "phase.failed one", "run.completed Failed");
        Assert.StartsWith("Item 0 was set aside: 2 attempts in a row", run.Fact<TaskFailed>().Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_item_whose_outcome_is_unknown_fails_where_the_task_says_so()
        => Scenario("[1]", task: task => task with { OnUnknown = OnUnknown.Fail }).Starts().Reloads()
            .Then("attempt.abandoned each[0]#1", "task.failed each[0] Unknown", "task.failed each Unknown", "phase.stopping one", "phase.failed one", "run.completed Failed");

    [Fact]
    public void A_late_answer_of_an_item_changes_nothing()
        => Scenario("[1]", forEach => forEach with { ContinueOnError = true }).Starts().SucceedsItem("each", 0, "1").SucceedsItem("each", 0, "2")
            .Then("attempt.ignored each[0]#1").Has("each", "[1]");

    [Fact]
    public void A_canceled_run_cancels_items_like_tasks()
    {
        var run = Scenario("[1,2]", forEach => forEach with { MaxParallel = 1 }).Starts().Cancels();
        Assert.True(WantedEffects.ForTask(run.State, run.ItemOf("each", 0))!.Value.Stop);
        run.FailsItem("each", 0, FailureClass.Canceled).Then("attempt.failed each[0]#1 Canceled", "task.canceled each[0]", "phase.canceled one", "run.completed Canceled");
        Assert.Equal("Canceled Canceled", run.ItemsOf("each"));
        Assert.Equal(RunTaskStatus.Canceled, run["each"].Status);
    }

    [Fact]
    public void What_does_not_stop_with_its_run_is_given_up_item_by_item()
        => Scenario("[1,2]").Starts().Cancels().Passes(30)
            .Then("task.canceled each[0] forced", "task.canceled each[1] forced", "phase.canceled one", "run.completed Canceled");

    [Fact]
    public void A_restart_expands_the_task_anew()
    {
        var run = Scenario("[1,2]").Starts().FailsItem("each", 0).FailsItem("each", 1).RestartsAtTask("each")
            .Then("run.restarted each", "phase.reopened one 2 [each after]", "phase.started one", "task.expanded each [1,2]", "attempt.started each[0]#2", "attempt.started each[1]#2");
        Assert.Equal(2, run.State.Task(run.ItemOf("each", 0)).Generation);
        run.SucceedsItem("each", 0, "1").SucceedsItem("each", 1, "2").Succeeds("after");
        Assert.Equal(RunStatus.Succeeded, run.Status);
    }

    [Fact]
    public void A_run_that_is_taken_up_again_goes_on_with_the_items_that_are_left()
        => Scenario("[1,2,3]", forEach => forEach with { MaxParallel = 1 }).Starts().SucceedsItem("each", 0, "1").Reloads()
            .Then("attempt.abandoned each[1]#1", "task.retry_scheduled each[1] +0s", "attempt.started each[2]#1")
            .SucceedsItem("each", 2, "3").Then("attempt.succeeded each[2]#1", "attempt.started each[1]#2")
            .SucceedsItem("each", 1, "2").Has("each", "[1,2,3]");

    internal static RunScenario Scenario(string items, Func<ForEachDefinition, ForEachDefinition>? forEach = null, Func<TaskDefinition, TaskDefinition>? task = null, Func<PhaseDefinition, PhaseDefinition>? phase = null)
        => new(Plan((forEach ?? (each => each))(new ForEachDefinition { Items = ValueExpression.Parse("inputs.list") }), task, phase), $$"""{"list":{{items}}}""");

    private static ForEachDefinition Detached(ForEachDefinition forEach) => forEach with { Join = new JoinDefinition { Kind = JoinKind.None } };

    internal static OrchestrationPlan Plan(ForEachDefinition forEach, Func<TaskDefinition, TaskDefinition>? task = null, Func<PhaseDefinition, PhaseDefinition>? phase = null) => new()
    {
        Id = "plan",
        Inputs = [new PlanInput { Name = "list" }],
        Phases =
        [
            (phase ?? (one => one))(new PhaseDefinition
            {
                Id = "one",
                Mode = PhaseMode.Parallel,
                Tasks = [(task ?? (each => each))(new TaskDefinition { Id = "each", Agent = "x", ForEach = forEach }), new TaskDefinition { Id = "after", Agent = "x", DependsOn = ["each"] }],
            }),
        ],
    };
}
