using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

/// <summary>A join that makes an item of each task that arrives; and tasks with items among loops and cancellations.</summary>
public sealed class EachTests
{
    [Fact]
    public void Each_task_that_arrives_is_an_item_in_the_order_of_arrival()
    {
        var run = new RunScenario(Multi()).Starts()
            .Succeeds("b", "2").Then("attempt.succeeded b#1", "task.expanded multi b open", "attempt.started multi[0]#1")
            .Succeeds("a", "1").Then("attempt.succeeded a#1", "task.items_added multi a", "attempt.started multi[1]#1");
        Assert.Equal("{\"task\":\"b\",\"output\":2}", run.State.Items.Value(run.ItemOf("multi", 0)).ToString());
        run.SucceedsItem("multi", 1, "\"of a\"").SucceedsItem("multi", 0, "\"of b\"").Then("attempt.succeeded multi[0]#1")
            .Fails("c").Then("attempt.failed c#1 Unknown", "task.failed c Unknown", "task.sealed multi", "task.succeeded multi", "phase.completed one", "run.completed Succeeded")
            .Has("multi", "[\"of b\",\"of a\"]");
    }

    [Fact]
    public void When_none_arrives_the_task_is_skipped()
        => new RunScenario(Multi()).Starts().Fails("a").Fails("b").Fails("c")
            .Then("attempt.failed c#1 Unknown", "task.failed c Unknown", "task.skipped multi", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void When_none_arrives_the_task_runs_with_no_items_where_it_is_to_run_all_the_same()
        => new RunScenario(Multi(task => task with { OnSkipped = OnSkipped.Run })).Starts().Fails("a").Fails("b").Fails("c")
            .Then("attempt.failed c#1 Unknown", "task.failed c Unknown", "task.expanded multi ", "task.succeeded multi", "phase.completed one", "run.completed Succeeded")
            .Has("multi", "[]");

    [Fact]
    public void Those_that_arrived_before_the_phase_come_in_the_order_of_their_arrival()
    {
        var plan = new OrchestrationPlan
        {
            Id = "plan",
            Phases =
            [
                new PhaseDefinition { Id = "one", Mode = PhaseMode.Parallel, Tasks = [Task("a"), Task("b")] },
                new PhaseDefinition { Id = "two", Tasks = [Task("multi") with { DependsOn = ["a", "b"], Join = new JoinDefinition { Kind = JoinKind.Each } }] },
            ],
        };
        new RunScenario(plan).Starts().Succeeds("b").Succeeds("a").Then("attempt.succeeded a#1", "phase.completed one", "phase.started two", "task.expanded multi b a", "attempt.started multi[0]#1", "attempt.started multi[1]#1")
            .Reloads(blameless: true).FailsItem("multi", 0).FailsItem("multi", 1).RestartsAtTask("multi")
            .Then("run.restarted multi", "phase.reopened two 2 [multi]", "phase.started two", "task.expanded multi b a", "attempt.started multi[0]#3", "attempt.started multi[1]#3")
            .FailsItem("multi", 0).FailsItem("multi", 1).RestartsAtTask("b").Succeeds("b")
            .Then("attempt.succeeded b#2", "phase.completed one", "phase.started two", "task.expanded multi a b", "attempt.started multi[0]#4", "attempt.started multi[1]#4");
    }

    [Fact]
    public void A_sealed_join_takes_no_more_of_those_that_arrive()
        => new RunScenario(Multi()).Starts().Succeeds("a").SucceedsItem("multi", 0, "1").Seals("multi").Then("task.sealed multi", "task.succeeded multi")
            .Succeeds("b").Succeeds("c").Then("attempt.succeeded c#1", "phase.completed one", "run.completed Succeeded").Has("multi", "[1]");

    [Fact]
    public void A_canceled_task_cancels_its_items()
    {
        var run = FanOutTests.Scenario("[1,2]", forEach => forEach with { MaxParallel = 1 }).Starts().Does(new RunCommand.CancelTasks(TaskSelection.Of("each"), "Not this one."));
        Assert.Equal("Running Canceled", run.ItemsOf("each"));
        run.Then("task.stopping each").FailsItem("each", 0, FailureClass.Canceled)
            .Then("attempt.failed each[0]#1 Canceled", "task.canceled each[0]", "task.canceled each", "task.skipped after", "phase.completed one", "run.completed Succeeded");
    }

    [Fact]
    public void A_canceled_task_whose_items_don_t_stop_is_given_up_with_them()
        => FanOutTests.Scenario("[1,2]").Starts().Does(new RunCommand.CancelTasks(TaskSelection.Of("each"), "Not this one.")).Passes(30)
            .Then("task.canceled each[0] forced", "task.canceled each[1] forced", "task.canceled each", "task.skipped after", "phase.completed one", "run.completed Succeeded");

    [Fact]
    public void Each_turn_of_a_loop_has_items_of_its_own()
    {
        var run = FanOutTests.Scenario("[1,2]", task: task => task with { Repeat = new RepeatDefinition { Until = ConditionExpression.Parse("tasks.each.output[0] == 'done'"), Max = 3 } }).Starts()
            .SucceedsItem("each", 1, "7").SucceedsItem("each", 0, "5")
            .Then("attempt.succeeded each[0]#1", "task.succeeded each again", "task.expanded each [1,2]", "attempt.started each[0]#2", "attempt.started each[1]#2");
        Assert.Equal(2, run.State.Task(run.ItemOf("each", 1)).Generation);
        run.SucceedsItem("each", 0, "\"done\"").SucceedsItem("each", 1).Then("attempt.succeeded each[1]#2", "task.succeeded each", "attempt.started after#1").Has("each", "[\"done\",null]");
        Assert.Equal(["[5,7]", "[\"done\",null]"], run.State.OutputsOf(run.Index("each")).Select(output => output.ToString()));
    }

    [Fact]
    public void A_loop_that_does_not_end_in_time_fails_with_its_last_items()
        => FanOutTests.Scenario("[1]", task: task => task with { Repeat = new RepeatDefinition { Until = ConditionExpression.Parse("false"), Max = 2 } }).Starts().SucceedsItem("each", 0).SucceedsItem("each", 0)
            .Then("attempt.succeeded each[0]#2", "task.succeeded each again", "task.failed each InvalidOutput", "phase.stopping one", "phase.failed one", "run.completed Failed");

    [Fact]
    public void A_phase_that_is_repeated_expands_its_tasks_anew()
    {
        var phase = FanOutTests.Plan(new ForEachDefinition { Items = ValueExpression.Parse("inputs.list") }).Phases[0] with { Repeat = new RepeatDefinition { Until = ConditionExpression.Parse("tasks.each.output[0] == 'done'"), Max = 3 } };
        new RunScenario(FanOutTests.Plan(new ForEachDefinition { Items = ValueExpression.Parse("inputs.list") }) with { Phases = [phase] }, """{"list":[1]}""").Starts()
            .SucceedsItem("each", 0).Succeeds("after").Then("attempt.succeeded after#1", "phase.repeated one 2", "task.expanded each [1]", "attempt.started each[0]#2")
            .SucceedsItem("each", 0, "\"done\"").Succeeds("after").Then("attempt.succeeded after#2", "phase.completed one", "run.completed Succeeded");
    }

    private static OrchestrationPlan Multi(Func<TaskDefinition, TaskDefinition>? task = null) => new()
    {
        Id = "plan",
        Phases =
        [
            new PhaseDefinition
            {
                Id = "one",
                Mode = PhaseMode.Parallel,
                OnFailure = new FailurePolicy { Mode = FailureMode.FinishWhatCan, FailuresAllowed = 3 },
                Tasks = [Task("a"), Task("b"), Task("c"), (task ?? (same => same))(Task("multi") with { DependsOn = ["a", "b", "c"], Join = new JoinDefinition { Kind = JoinKind.Each } })],
            },
        ],
    };

    private static TaskDefinition Task(string id) => new() { Id = id, Agent = "x" };
}
