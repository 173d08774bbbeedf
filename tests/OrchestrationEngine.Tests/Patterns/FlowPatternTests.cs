using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Patterns;

/// <summary>The workflow patterns 11, 17 to 25, 39, 40 and 43: states, loops, triggers, cancellation and ends.</summary>
public sealed class FlowPatternTests
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public Task Pattern_11_Implicit_termination() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """[{"id":"one","mode":"parallel","tasks":[{"id":"a","agent":"worker","inputs":{"takes":1}},{"id":"b","agent":"worker","inputs":{"takes":60}}]}]""",
        Check = outcome =>
        {
            outcome.Ends(RunStatus.Succeeded);
            outcome.Tasks("a: succeeded", "b: succeeded");
        },
    });

    [Fact]
    public Task Pattern_16_Deferred_choice() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"wait","wait":{"firstOf":{"yes":{"signal":"approved"},"no":{"signal":"rejected"},"late":{"after":"10m"}}}},
              {"id":"go","agent":"worker","dependsOn":["wait"],"when":"tasks.wait.output.branch == 'yes'","inputs":{"gives":"${tasks.wait.output.value.by}"}},
              {"id":"stop","agent":"worker","dependsOn":["wait"],"when":"tasks.wait.output.branch != 'yes'"}]}]
            """,
        Acts = [Act.Signal("approved", """{"by":"ada"}""", run => run.FindTask("wait")!.Status == RunTaskStatus.Waiting)],
        Check = outcome =>
        {
            outcome.Tasks("wait: succeeded", "go: succeeded", "stop: skipped");
            outcome.Output("go", "\"ada\"");
        },
    });

    [Fact]
    public Task Pattern_16_Deferred_choice_that_time_makes() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """[{"id":"one","tasks":[{"id":"wait","wait":{"firstOf":{"yes":{"signal":"approved"},"late":{"after":"10m"}}}}]}]""",
        Check = outcome => outcome.Output("wait", """{"branch":"late","value":null}"""),
    });

    [Fact]
    public Task Pattern_17_Interleaved_parallel_routing() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"oneAtATime","tasks":[
              {"id":"c","agent":"worker","dependsOn":["a"],"inputs":{"takes":1}},
              {"id":"a","agent":"worker","inputs":{"takes":1}},
              {"id":"b","agent":"worker","inputs":{"takes":1}}]}]
            """,
        Check = outcome =>
        {
            outcome.Tasks("a: succeeded", "b: succeeded", "c: succeeded");
            outcome.OneAtATime("a", "b", "c");
            outcome.After("c", "a");
        },
    });

    [Fact]
    public Task Pattern_18_Milestone() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"open","agent":"worker","inputs":{"takes":60}},
              {"id":"close","agent":"worker","dependsOn":["open"],"inputs":{"takes":600}},
              {"id":"after","agent":"worker","dependsOn":["close"],"inputs":{"takes":1}},
              {"id":"within","agent":"worker","guard":"tasks.open.status == 'succeeded' && tasks.close.status != 'succeeded'"},
              {"id":"tooLate","agent":"worker","dependsOn":["after"],"guard":"tasks.close.status != 'succeeded'"}]}]
            """,
        Check = outcome =>
        {
            outcome.Tasks("open: succeeded", "close: succeeded", "after: succeeded", "within: succeeded", "tooLate: skipped");
            outcome.After("within", "open");
            outcome.Together("within", "close");
        },
    });

    [Fact]
    public Task Pattern_19_Cancel_task() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"a","agent":"worker","inputs":{"takes":9000}},
              {"id":"b","agent":"worker","inputs":{"takes":1}},
              {"id":"c","agent":"worker","dependsOn":["a"]}]}]
            """,
        Acts = [new Act(
            run => run.FindTask("b")!.Status == RunTaskStatus.Succeeded,
            (orchestrator, run) => orchestrator.CancelTaskAsync(run, "a", "Not needed.", Ending),
            journal => journal.Any(fact => fact.Event is TaskStopping or TaskCanceled))],
        Check = outcome =>
        {
            outcome.Ends(RunStatus.Succeeded);
            outcome.Tasks("a: canceled", "b: succeeded", "c: skipped");
        },
    });

    [Fact]
    public Task Pattern_20_Cancel_case() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """[{"id":"one","mode":"parallel","tasks":[{"id":"a","agent":"worker","inputs":{"takes":9000}},{"id":"b","agent":"worker","dependsOn":["a"]}]}]""",
        Acts = [new Act(
            run => run.FindTask("a")!.Status == RunTaskStatus.Running,
            (orchestrator, run) => orchestrator.CancelAsync(run, "No more.", Ending),
            journal => journal.Any(fact => fact.Event is RunStopping))],
        Check = outcome =>
        {
            outcome.Ends(RunStatus.Canceled);
            outcome.Tasks("a: canceled", "b: canceled");
        },
    });

    [Fact]
    public Task Pattern_21_Structured_loop() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","repeat":{"until":"tasks.check.output == 3","max":5},"tasks":[
              {"id":"draft","agent":"worker","inputs":{"takes":1}},
              {"id":"check","agent":"worker","inputs":{"gives":"${phases.one.turn}"}}]},
             {"id":"two","tasks":[{"id":"poll","agent":"worker","repeat":{"until":"turn == 4","max":4},"inputs":{"gives":"${turn}"}},
              {"id":"last","agent":"worker","inputs":{"gives":"${tasks.check.outputs + tasks.poll.outputs}"}}]}]
            """,
        Check = outcome =>
        {
            outcome.Ends(RunStatus.Succeeded);
            outcome.Succeeded("draft", 3);
            outcome.Succeeded("poll", 4);
            outcome.Output("last", "[1,2,3,1,2,3,4]");
        },
    });

    [Fact]
    public Task Pattern_22_Recursion() => PatternLab.ShowAsync(new Pattern
    {
        Inputs = """{"n":4}""",
        Others =
        [
            """
            {"id":"factorial","inputs":{"n":{}},"outputs":{"result":"${tasks.self.output != null ? tasks.self.output : 1}"},"phases":[{"id":"one","mode":"parallel","tasks":[
              {"id":"deeper","plan":{"id":"factorial"},"when":"inputs.n > 1","inputs":{"n":"${inputs.n - 1}"}},
              {"id":"self","agent":"worker","dependsOn":["deeper"],"inputs":{"gives":"${inputs.n * tasks.deeper.output.result}"}}]}]}
            """,
        ],
        Phases = """[{"id":"one","tasks":[{"id":"call","plan":{"id":"factorial"},"inputs":{"n":"${inputs.n}"}}]}]""",
        Check = outcome =>
        {
            outcome.Ends(RunStatus.Succeeded);
            outcome.Output("call", """{"result":24}""");
        },
    });

    [Fact]
    public Task Pattern_23_Transient_trigger() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","tasks":[
              {"id":"a","agent":"worker","inputs":{"takes":60}},
              {"id":"wait","wait":{"signal":"go","mode":"transient"}}]}]
            """,
        Acts =
        [
            Act.Signal("go", "1", run => run.FindTask("a")!.Status == RunTaskStatus.Running),
            Act.Signal("go", "2", run => run.FindTask("wait")!.Status == RunTaskStatus.Waiting),
        ],
        Check = outcome => outcome.Output("wait", "2"),
    });

    [Fact]
    public Task Pattern_24_Persistent_trigger() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","tasks":[
              {"id":"a","agent":"worker","inputs":{"takes":60}},
              {"id":"wait","wait":{"signal":"go"}}]}]
            """,
        Acts = [Act.Signal("go", "1", run => run.FindTask("a")!.Status == RunTaskStatus.Running)],
        Check = outcome => outcome.Output("wait", "1"),
    });

    [Fact]
    public Task Pattern_25_Cancel_region() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"a","agent":"worker","tags":["costly"],"inputs":{"takes":9000}},
              {"id":"b","agent":"worker","inputs":{"takes":1}},
              {"id":"c","agent":"worker","tags":["costly"],"dependsOn":["a"]}]},
             {"id":"two","tasks":[{"id":"d","agent":"worker","tags":["costly"]},{"id":"e","agent":"worker"}]}]
            """,
        Acts = [new Act(
            run => run.FindTask("b")!.Status == RunTaskStatus.Succeeded,
            (orchestrator, run) => orchestrator.CancelTasksAsync(run, new TaskSelection { Tag = "costly" }, "Too much.", Ending),
            journal => journal.Any(fact => fact.Event is TaskStopping or TaskCanceled))],
        Check = outcome =>
        {
            outcome.Ends(RunStatus.Succeeded);
            outcome.Tasks("a: canceled", "b: succeeded", "c: canceled", "d: canceled", "e: succeeded");
        },
    });

    [Fact]
    public Task Pattern_39_Critical_section() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","dependsOn":[],"tasks":[
              {"id":"a","agent":"worker","locks":["repo"],"inputs":{"takes":1}},
              {"id":"b","agent":"worker","locks":["repo","deploy"],"inputs":{"takes":1}},
              {"id":"free","agent":"worker","inputs":{"takes":1}}]},
             {"id":"two","mode":"parallel","dependsOn":[],"tasks":[
              {"id":"c","agent":"worker","locks":["deploy","repo"],"inputs":{"takes":1}}]}]
            """,
        Check = outcome =>
        {
            outcome.Tasks("a: succeeded", "b: succeeded", "c: succeeded", "free: succeeded");
            outcome.OneAtATime("a", "b", "c");
            outcome.Together("a", "free");
        },
    });

    [Fact]
    public Task Pattern_40_Interleaved_routing() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """[{"id":"one","mode":"oneAtATime","tasks":[{"id":"a","agent":"worker","inputs":{"takes":3}},{"id":"b","agent":"worker","inputs":{"takes":2}},{"id":"c","agent":"worker","inputs":{"takes":1}}]}]""",
        Check = outcome =>
        {
            outcome.Tasks("a: succeeded", "b: succeeded", "c: succeeded");
            outcome.OneAtATime("a", "b", "c");
        },
    });

    [Theory]
    [InlineData("succeeded", RunStatus.Succeeded)]
    [InlineData("failed", RunStatus.Failed)]
    [InlineData("canceled", RunStatus.Canceled)]
    public Task Pattern_43_Explicit_termination(string how, RunStatus status) => PatternLab.ShowAsync(new Pattern
    {
        Phases = $$$"""
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"long","agent":"worker","inputs":{"takes":9000}},
              {"id":"short","agent":"worker","inputs":{"takes":1}},
              {"id":"end","dependsOn":["short"],"end":{"status":"{{{how}}}","reason":"Short is ${tasks.short.output}."}},
              {"id":"never","agent":"worker","dependsOn":["long"]}]}]
            """,
        Check = outcome =>
        {
            outcome.Ends(status);
            outcome.Tasks("long: canceled", "short: succeeded", "end: succeeded", "never: canceled");
            outcome.Require(outcome.Run.Reason == "Short is short.", $"the reason is '{outcome.Run.Reason}'");
        },
    });
}
