using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Patterns;

/// <summary>The workflow patterns (workflowpatterns.com) 1 to 7, 37, 8, 9, 28 to 36: branching and joining.</summary>
public sealed class JoinPatternTests
{
    private const string Split = """
        {"id":"a","agent":"worker","inputs":{"takes":1}},
        {"id":"b","agent":"worker","dependsOn":["a"],"inputs":{"takes":5}},
        {"id":"c","agent":"worker","dependsOn":["a"],"inputs":{"takes":5}}
        """;

    [Fact]
    public Task Pattern_01_Sequence() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """[{"id":"one","mode":"parallel","tasks":[{"id":"a","agent":"worker","inputs":{"takes":1}},{"id":"b","agent":"worker","dependsOn":["a"]}]}]""",
        Check = outcome =>
        {
            outcome.Tasks("a: succeeded", "b: succeeded");
            outcome.After("b", "a");
        },
    });

    [Fact]
    public Task Pattern_02_Parallel_split() => PatternLab.ShowAsync(new Pattern
    {
        Phases = $$$"""[{"id":"one","mode":"parallel","tasks":[{{{Split}}}]}]""",
        Check = outcome =>
        {
            outcome.After("b", "a");
            outcome.After("c", "a");
            outcome.Together("b", "c");
        },
    });

    [Fact]
    public Task Pattern_03_Synchronization() => PatternLab.ShowAsync(new Pattern
    {
        Phases = $$$"""[{"id":"one","mode":"parallel","tasks":[{{{Split}}},{"id":"d","agent":"worker","dependsOn":["b","c"],"join":"all"}]}]""",
        Check = outcome =>
        {
            outcome.Succeeded("d", 1);
            outcome.After("d", "b");
            outcome.After("d", "c");
        },
    });

    [Theory]
    [InlineData("1", "b: succeeded", "c: skipped", "d: skipped")]
    [InlineData("2", "b: skipped", "c: succeeded", "d: skipped")]
    [InlineData("3", "b: skipped", "c: skipped", "d: succeeded")]
    public Task Pattern_04_Exclusive_choice(string way, params string[] expected) => PatternLab.ShowAsync(new Pattern
    {
        Inputs = $$"""{"way":{{way}} }""",
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"a","agent":"worker","inputs":{"gives":"${inputs.way}"}},
              {"id":"b","agent":"worker","dependsOn":["a"],"choice":"way","when":"tasks.a.output == 1"},
              {"id":"c","agent":"worker","dependsOn":["a"],"choice":"way","when":"tasks.a.output != 3"},
              {"id":"d","agent":"worker","dependsOn":["a"],"choice":"way"}]}]
            """,
        Check = outcome => outcome.Tasks(["a: succeeded", .. expected]),
    });

    [Fact]
    public Task Pattern_05_Simple_merge() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"a","agent":"worker"},
              {"id":"b","agent":"worker","dependsOn":["a"],"choice":"way","when":"tasks.a.output == 'a'"},
              {"id":"c","agent":"worker","dependsOn":["a"],"choice":"way"},
              {"id":"d","agent":"worker","dependsOn":["b","c"],"join":"any"}]}]
            """,
        Check = outcome =>
        {
            outcome.Tasks("a: succeeded", "b: succeeded", "c: skipped", "d: succeeded");
            outcome.Succeeded("d", 1);
        },
    });

    [Fact]
    public Task Pattern_06_Multi_choice() => PatternLab.ShowAsync(new Pattern
    {
        Inputs = """{"ways":[1,3]}""",
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"a","agent":"worker"},
              {"id":"b","agent":"worker","dependsOn":["a"],"when":"1 in inputs.ways"},
              {"id":"c","agent":"worker","dependsOn":["a"],"when":"2 in inputs.ways"},
              {"id":"d","agent":"worker","dependsOn":["a"],"when":"3 in inputs.ways"}]}]
            """,
        Check = outcome => outcome.Tasks("a: succeeded", "b: succeeded", "c: skipped", "d: succeeded"),
    });

    [Fact]
    public Task Pattern_07_Structured_synchronizing_merge() => PatternLab.ShowAsync(new Pattern
    {
        Phases = $$$"""
            [{"id":"one","mode":"parallel","tasks":[{{{Split}}},
              {"id":"never","agent":"worker","dependsOn":["a"],"when":"tasks.a.output != 'a'"},
              {"id":"d","agent":"worker","dependsOn":["b","c","never"],"join":"activated"}]}]
            """,
        Check = outcome =>
        {
            outcome.Tasks("a: succeeded", "b: succeeded", "c: succeeded", "never: skipped", "d: succeeded");
            outcome.After("d", "b");
            outcome.After("d", "c");
        },
    });

    [Fact]
    public Task Pattern_08_Multi_merge() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"b","agent":"worker","inputs":{"takes":1,"gives":10}},
              {"id":"c","agent":"worker","inputs":{"takes":60,"gives":20}},
              {"id":"never","agent":"worker","when":"false"},
              {"id":"d","agent":"worker","dependsOn":["b","c","never"],"join":"each","inputs":{"gives":"${item.output + 1}"}}]}]
            """,
        Check = outcome =>
        {
            outcome.Tasks("b: succeeded", "c: succeeded", "never: skipped", "d: succeeded");
            outcome.Succeeded("d", 2);
            outcome.Output("d", "[11,21]");
        },
    });

    [Fact]
    public Task Pattern_09_Structured_discriminator() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","repeat":{"until":"phases.one.turn == 2","max":3},"tasks":[
              {"id":"b","agent":"worker","inputs":{"takes":1}},
              {"id":"c","agent":"worker","inputs":{"takes":600}},
              {"id":"d","agent":"worker","dependsOn":["b","c"],"join":"any"}]}]
            """,
        Check = outcome =>
        {
            outcome.Ends(RunStatus.Succeeded);
            outcome.Succeeded("d", 2);
            outcome.Succeeded("c", 2);
            outcome.Together("d", "c");
        },
    });

    [Fact]
    public Task Pattern_29_Cancelling_discriminator() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"fast","agent":"worker","inputs":{"takes":1}},
              {"id":"before","agent":"worker","inputs":{"takes":9000}},
              {"id":"slow","agent":"worker","dependsOn":["before"],"inputs":{"takes":9000}},
              {"id":"d","agent":"worker","dependsOn":["fast","slow"],"join":"first"}]}]
            """,
        Check = outcome =>
        {
            outcome.Ends(RunStatus.Succeeded);
            outcome.Tasks("fast: succeeded", "before: canceled", "slow: canceled", "d: succeeded");
        },
    });

    [Fact]
    public Task Pattern_30_Structured_partial_join() => PatternLab.ShowAsync(Voting("""{"atLeast":2}""", "slow: succeeded"));

    [Fact]
    public Task Pattern_32_Cancelling_partial_join() => PatternLab.ShowAsync(Voting("""{"atLeast":2,"cancelRest":true}""", "slow: canceled"));

    [Fact]
    public Task Pattern_33_Generalised_and_join() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","repeat":{"until":"phases.one.turn == 3","max":5},"tasks":[
              {"id":"b","agent":"worker","inputs":{"takes":1}},
              {"id":"c","agent":"worker","repeat":{"until":"turn == 2","max":2},"inputs":{"takes":60}},
              {"id":"d","agent":"worker","dependsOn":["b","c"],"join":"all"}]}]
            """,
        Check = outcome =>
        {
            outcome.Ends(RunStatus.Succeeded);
            outcome.Succeeded("b", 3);
            outcome.Succeeded("c", 6);
            outcome.Succeeded("d", 3);
            var order = outcome.Journal.Select(fact => fact.Event).OfType<AttemptSucceeded>().Select(fact => fact.Task);
            outcome.Require(string.Concat(order) is "bccdbccdbccd", "a join took what came in another turn");
        },
    });

    [Fact]
    public Task Pattern_37_Local_synchronizing_merge() => PatternLab.ShowAsync(new Pattern
    {
        Phases = """
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"a","agent":"worker","inputs":{"takes":1}},
              {"id":"dead","agent":"worker","when":"false"},
              {"id":"deader","agent":"worker","dependsOn":["dead"]},
              {"id":"inner","agent":"worker","dependsOn":["a","deader"],"join":"activated","inputs":{"takes":60}},
              {"id":"outer","agent":"worker","dependsOn":["inner","deader","a"],"join":"activated"},
              {"id":"gone","agent":"worker","dependsOn":["dead","deader"],"join":"activated"}]}]
            """,
        Check = outcome =>
        {
            outcome.Tasks("a: succeeded", "dead: skipped", "deader: skipped", "inner: succeeded", "outer: succeeded", "gone: skipped");
            outcome.After("outer", "inner");
        },
    });

    private static Pattern Voting(string join, string slow) => new()
    {
        Phases = $$$"""
            [{"id":"one","mode":"parallel","tasks":[
              {"id":"v1","agent":"worker","inputs":{"takes":1}},
              {"id":"v2","agent":"worker","inputs":{"takes":2}},
              {"id":"slow","agent":"worker","inputs":{"takes":9000}},
              {"id":"d","agent":"worker","dependsOn":["v1","v2","slow"],"join":{{{join}}} }]}]
            """,
        Check = outcome =>
        {
            outcome.Ends(RunStatus.Succeeded);
            outcome.Tasks("v1: succeeded", "v2: succeeded", slow, "d: succeeded");
            outcome.Succeeded("d", 1);
            if (!slow.EndsWith("canceled", StringComparison.Ordinal))
            {
                outcome.Together("d", "slow");
            }
        },
    };
}
