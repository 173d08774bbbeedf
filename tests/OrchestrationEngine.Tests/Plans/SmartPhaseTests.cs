using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class SmartPhaseTests
{
    [Fact]
    public void What_writes_a_thing_comes_before_what_reads_it_wherever_they_stand()
    {
        var graph = Compile(phase => phase
            .Task("publish", "g", task => task.Reads("report.md"))
            .Task("first", "g", task => task.Writes("report.md"))
            .Task("second", "g", task => task.Writes("report.md"))
            .Task("other", "g", task => task.Writes("notes.md")));

        Assert.Equal(["first -> second", "second -> publish"], Edges(graph));
        Assert.Equal("writes 'report.md' before 'publish' reads it", Reason(graph, "second", "publish"));
        Assert.Equal("writes 'report.md' before 'second' writes it", Reason(graph, "first", "second"));
        Assert.Null(Reason(graph, "other", "publish"));
    }

    [Fact]
    public void What_a_dependency_says_is_never_contradicted()
    {
        var graph = Compile(phase => phase
            .Task("check", "g", task => task.Reads("report.md"))
            .Task("rewrite", "g", task => task.Writes("report.md").After("check"))
            .Task("write", "g", task => task.Writes("report.md")));

        Assert.Equal(["check -> rewrite", "rewrite -> write"], Edges(graph));
        Assert.Equal("is a dependency of 'rewrite'", Reason(graph, "check", "rewrite"));
    }

    [Fact]
    public void Things_that_are_written_and_read_crosswise_follow_the_order_of_the_plan()
    {
        var graph = Compile(phase => phase
            .Task("a", "g", task => task.Reads("x").Writes("y"))
            .Task("b", "g", task => task.Reads("y").Writes("x")));

        Assert.Equal(["a -> b"], Edges(graph));
    }

    [Fact]
    public void Readers_of_a_thing_run_together_and_the_next_writer_waits_for_all_of_them()
    {
        var graph = Compile(phase => phase
            .Task("w1", "g", task => task.Writes("d"))
            .Task("r1", "g", task => task.Reads("d"))
            .Task("r2", "g", task => task.Reads("d"))
            .Task("w2", "g", task => task.Writes("d").After("r1", "r2")));

        Assert.Equal(["r1 -> w2", "r2 -> w2", "w1 -> r1", "w1 -> r2"], Edges(graph));
    }

    [Fact]
    public void Holders_of_an_exclusive_thing_go_one_after_the_other()
    {
        var graph = Compile(phase => phase
            .Task("a", "g", task => task.Exclusive("printer", "scanner")).Task("b", "g", task => task.Exclusive("printer")).Task("c", "g", task => task.Exclusive("printer"))
            .Task("d", "g"));

        Assert.Equal(["a -> b", "b -> c"], Edges(graph));
        Assert.Equal("needs 'printer' for itself before 'b' does", Reason(graph, "a", "b"));
    }

    [Fact]
    public void A_critical_task_runs_alone()
    {
        var graph = Compile(phase => phase.Task("a", "g").Task("b", "g").Task("deploy", "g", task => task.Critical()).Task("c", "g").Task("again", "g", task => task.Critical()));

        Assert.Equal(["a -> deploy", "b -> deploy", "c -> again", "deploy -> c"], Edges(graph));
        Assert.Equal("runs before 'deploy', which is critical and runs alone", Reason(graph, "a", "deploy"));
        Assert.Equal("is critical and runs alone, before 'c'", Reason(graph, "deploy", "c"));
    }

    [Fact]
    public void A_join_that_is_complete_before_all_have_ended_keeps_the_derived_edge_too()
    {
        var graph = Compile(phase => phase
            .Task("a", "g", task => task.Writes("d")).Task("b", "g")
            .Task("c", "g", task => task.After("a", "b").Join(JoinDefinition.Any).Reads("d")));

        Assert.Equal([0, 1], graph.JoinDependencies(2).ToArray());
        Assert.Equal([0], graph.OrderDependencies(2).ToArray());
    }

    [Fact]
    public void In_other_modes_declarations_make_no_edges()
        => Assert.Empty(Edges(PlanGraph.Compile(new PlanBuilder("p").Phase("a", phase => phase.Parallel()
            .Task("w", "g", task => task.Writes("d").Critical().Exclusive("e")).Task("r", "g", task => task.Reads("d").Exclusive("e"))).Build())));

    [Fact]
    public void Smart_phases_that_do_not_depend_on_each_other_are_scheduled_by_their_tasks()
    {
        // Phases that are drawn as parallel, with tasks that are not: the schema comes before the routes, and these before the form.
        var graph = PlanGraph.Compile(new PlanBuilder("p")
            .Phase("11", phase => phase.Task("design", "g"))
            .Phase("12", phase => phase.Smart().DependsOn("11").Task("schema", "db", task => task.Writes("db/schema.sql")))
            .Phase("13", phase => phase.Smart().DependsOn("11")
                .Task("init", "node", task => task.Writes("src/server.ts"))
                .Task("auth", "node", task => task.Reads("src/server.ts").Writes("src/auth.ts"))
                .Task("routes", "node", task => task.Reads("src/auth.ts", "db/schema.sql").Writes("api.json")))
            .Phase("14", phase => phase.Smart().DependsOn("11").Task("form", "react", task => task.Reads("api.json")).Task("style", "react"))
            .Phase("15", phase => phase.Smart().DependsOn("12", "13", "14").Task("migrate", "db", task => task.Reads("db/schema.sql")))
            .Build());

        Assert.Equal(["auth -> routes", "init -> auth", "routes -> form", "schema -> routes"], Edges(graph));
        Assert.Equal([["design"], ["init", "schema"], ["auth", "style"], ["routes"], ["form"], ["migrate"]], Waves(graph, "style", 1));
    }

    [Fact]
    public void A_real_task_list_of_parallel_phases_is_scheduled_by_its_tasks()
    {
        if (RealTaskList.Read() is not { } tasks)
        {
            Assert.Skip($"{RealTaskList.Variable} names no folder with the task list.");
            return;
        }

        var builder = new PlanBuilder("real");
        foreach (var phase in tasks.GroupBy(task => task.Phase).OrderBy(phase => phase.Key))
        {
            builder.Phase($"{phase.Key}", smart =>
            {
                smart.Smart().DependsOn();
                foreach (var task in phase)
                {
                    smart.Task(task.Id, task.Agent, one => one.After(task.DependsOn).Writes(task.Writes));
                }
            });
        }

        var graph = PlanGraph.Compile(builder.Build());

        Assert.Equal(["12", "13", "14"], Enumerable.Range(0, graph.PhaseCount).Select(phase => graph.Phase(phase).Id));
        Assert.Equal([["TASK_001", "TASK_002"], ["TASK_003"], ["TASK_004"], ["TASK_010"]], Waves(graph));
    }

    private static PlanGraph Compile(Action<PhaseBuilder> tasks) => PlanGraph.Compile(new PlanBuilder("p").Phase("a", phase => tasks(phase.Smart())).Build());

    private static string[] Edges(PlanGraph graph)
        => [.. Enumerable.Range(0, graph.TaskCount).SelectMany(to => graph.JoinDependencies(to).ToArray().Concat(graph.OrderDependencies(to).ToArray()).Distinct()
            .Select(from => $"{graph.Task(from).Id} -> {graph.Task(to).Id}")).Order(StringComparer.Ordinal)];

    private static string? Reason(PlanGraph graph, string from, string to)
        => graph.TryGetTask(from, out var earlier) && graph.TryGetTask(to, out var later) ? graph.ReasonOf(earlier, later) : null;

    /// <summary>What starts together when every task takes as long as every other.</summary>
    private static string[][] Waves(PlanGraph graph, string? delayed = null, int by = 0)
    {
        var wave = new int[graph.TaskCount];
        for (var round = 0; round <= graph.TaskCount; round++)
        {
            for (var task = 0; task < wave.Length; task++)
            {
                var own = graph.Task(task).Id == delayed ? by : 0;
                var before = graph.JoinDependencies(task).ToArray().Concat(graph.OrderDependencies(task).ToArray())
                    .Concat(graph.PhaseDependencies(graph.PhaseOf(task)).ToArray().SelectMany(phase => Enumerable.Range(graph.FirstTask(phase), graph.EndTask(phase) - graph.FirstTask(phase))));
                wave[task] = before.Select(earlier => wave[earlier] + 1).DefaultIfEmpty(0).Max() + own;
            }
        }

        return [.. wave.Select((number, task) => (number, graph.Task(task).Id)).GroupBy(entry => entry.number).OrderBy(group => group.Key)
            .Select(group => group.Select(entry => entry.Id).Order(StringComparer.Ordinal).ToArray())];
    }
}
