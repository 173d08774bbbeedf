using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Patterns;

/// <summary>The workflow patterns 12 to 15, 26, 27 and 34 to 36: several instances of one task.</summary>
public sealed class ItemPatternTests
{
    [Fact]
    public Task Pattern_12_Multiple_instances_without_synchronization() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"many","agent":"worker","forEach":{"items":"[60, 120]","join":"none"},"inputs":{"takes":"${item}"}},
              {"id":"after","agent":"worker","dependsOn":["many"]}]},
             {"id":"two","tasks":[{"id":"last","agent":"worker"}]}]
            """,
        Check = outcome =>
        {
            outcome.Ends(RunStatus.Succeeded);
            outcome.Succeeded("many", 2);
            outcome.Together("after", "many");
            outcome.After("last", "many");
        },
    });

    [Fact]
    public Task Pattern_13_Multiple_instances_known_at_design_time() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"many","agent":"worker","forEach":"['a', 'b', 'c']","inputs":{"takes":"${3 - index}","gives":"${item}${index}"}},
              {"id":"after","agent":"worker","dependsOn":["many"],"inputs":{"gives":"${tasks.many.output}"}}]}]
            """,
        Check = outcome =>
        {
            outcome.Output("after", """["a0","b1","c2"]""");
            outcome.Succeeded("many", 3);
            outcome.After("after", "many");
        },
    });

    [Fact]
    public Task Pattern_14_Multiple_instances_known_at_run_time() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"list","agent":"worker","inputs":{"gives":{"files":["x","y"]}}},
              {"id":"many","agent":"worker","forEach":"tasks.list.output.files","inputs":{"takes":1,"gives":"${item}!"}}]}]
            """,
        Check = outcome => outcome.Output("many", """["x!","y!"]"""),
    });

    [Fact]
    public Task Pattern_15_Multiple_instances_added_at_run_time() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"many","agent":"worker","forEach":{"items":"[1]","open":true},"inputs":{"takes":1,"gives":"${item * 10}"}},
              {"id":"after","agent":"worker","dependsOn":["many"]}]}]
            """,
        Acts =
        [
            new Act(
                run => run.FindTask("many")!.Status == RunTaskStatus.Running,
                (orchestrator, run) => orchestrator.AddItemsAsync(run, "many", [JsonData.Parse("2"), JsonData.Parse("3")], cancellationToken: TestContext.Current.CancellationToken),
                journal => journal.Any(fact => fact.Event.Type == "task.items_added")),
            new Act(
                _ => true,
                (orchestrator, run) => orchestrator.SealAsync(run, "many", TestContext.Current.CancellationToken),
                journal => journal.Any(fact => fact.Event.Type == "task.sealed")),
        ],
        Check = outcome =>
        {
            outcome.Output("many", "[10,20,30]");
            outcome.After("after", "many");
        },
    });

    [Fact]
    public Task Pattern_26_Cancel_multiple_instance_task() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"many","agent":"worker","forEach":{"items":"[1, 9000, 9000]"},"inputs":{"takes":"${item}"}},
              {"id":"after","agent":"worker","dependsOn":["many"],"onSkipped":"run"}]}]
            """,
        Acts =
        [
            new Act(
                run => run.FindTask("many")!.Status == RunTaskStatus.Running,
                (orchestrator, run) => orchestrator.CancelTaskAsync(run, "many", "Enough.", TestContext.Current.CancellationToken),
                journal => journal.Any(fact => fact.Event is TaskStopping or TaskCanceled)),
        ],
        Check = outcome => outcome.Tasks("many: canceled", "after: succeeded"),
    });

    [Fact]
    public Task Pattern_27_Complete_multiple_instance_task() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"first","agent":"worker","inputs":{"takes":60}},
              {"id":"many","agent":"worker","forEach":{"items":"[1, 2, 9000]"},"inputs":{"takes":"${item}","gives":"${item}"}},
              {"id":"after","agent":"worker","dependsOn":["many"]}]}]
            """,
        Acts =
        [
            new Act(
                run => run.FindTask("first")!.Status == RunTaskStatus.Succeeded,
                (orchestrator, run) => orchestrator.CompleteItemsAsync(run, "many", "The budget is used.", TestContext.Current.CancellationToken),
                journal => journal.Any(fact => fact.Event.Type == "task.completing")),
        ],
        Check = outcome =>
        {
            outcome.Tasks("first: succeeded", "many: succeeded", "after: succeeded");
            outcome.Output("many", "[1,2,null]");
        },
    });

    [Fact]
    public Task Pattern_34_Static_partial_join_for_multiple_instances() => PatternLab.ShowAsync(Partial("""{"atLeast":2}""", "[1,2,600]", "[1,2,null]"));

    [Fact]
    public Task Pattern_35_Cancelling_partial_join_for_multiple_instances() => PatternLab.ShowAsync(Partial("""{"atLeast":2,"cancelRest":true}""", "[1,2,9000]", "[1,2,null]"));

    [Fact]
    public Task Pattern_36_Dynamic_partial_join_for_multiple_instances() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"many","agent":"worker","forEach":{"items":"[1, 2]","open":true,"join":{"until":"tasks.many.items.succeeded >= 3","cancelRest":true}},"inputs":{"takes":"${item}","gives":"${item}"}},
              {"id":"after","agent":"worker","dependsOn":["many"]}]}]
            """,
        Acts =
        [
            new Act(
                run => run.FindTask("many")!.Status == RunTaskStatus.Running,
                (orchestrator, run) => orchestrator.AddItemsAsync(run, "many", [JsonData.Parse("3"), JsonData.Parse("9000")], cancellationToken: TestContext.Current.CancellationToken),
                journal => journal.Any(fact => fact.Event.Type == "task.items_added")),
        ],
        Check = outcome =>
        {
            outcome.Tasks("many: succeeded", "after: succeeded");
            outcome.Output("many", "[1,2,3,null]");
        },
    });

    private static Pattern Partial(string join, string items, string output) => new()
    {
        Phases = $$$"""
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"many","agent":"worker","forEach":{"items":"{{{items}}}","join":{{{join}}} },"inputs":{"takes":"${item}","gives":"${item}"}},
              {"id":"after","agent":"worker","dependsOn":["many"],"inputs":{"gives":"${tasks.many.output}"}}]}]
            """,
        Check = outcome =>
        {
            outcome.Tasks("many: succeeded", "after: succeeded");
            outcome.Output("after", output);
        },
    };
}
