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
            .Fails("c").Then("attempt.failed c#1 Unknown", "task.failed c Unknown", "task.sealed multi", "task.succeeded multi")
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
            .Then("run.restarted multi", "phase.reopened two 2 [multi]", "phase.started two", "task.expanded multi b a", "attempt.started multi[0]#1", "attempt.started multi[1]#1")
            .FailsItem("multi", 0).FailsItem("multi", 1).RestartsAtTask("b").Succeeds("b")
            .Then("attempt.succeeded b#2", "phase.completed one", "phase.started two", "task.expanded multi a b", "attempt.started multi[0]#1", "attempt.started multi[1]#1");
    }

    [Fact]
    public void A_sealed_join_takes_no_more_of_those_that_arrive()
        => new RunScenario(Multi()).Starts().Succeeds("a").SucceedsItem("multi", 0, "1").Seals("multi").Then("task.sealed multi", "task.succeeded multi")
            .Succeeds("b").Succeeds("c").Then("attempt.succeeded c#1", "phase.completed one", "run.completed Succeeded").Has("multi", "[1]");

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
