using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class PlanGraphTests
{
    [Fact]
    public void Tasks_are_numbered_phase_by_phase_in_the_order_of_the_plan()
    {
        var graph = PlanGraph.Compile(new PlanBuilder("p")
            .Phase("a", phase => phase.Task("a0", "g").Task("a1", "g"))
            .Phase("empty")
            .Phase("b", phase => phase.Task("b0", "g"))
            .Build());

        Assert.Equal((3, 3), (graph.TaskCount, graph.PhaseCount));
        Assert.Equal([(0, 2), (2, 2), (2, 3)], Enumerable.Range(0, 3).Select(phase => (graph.FirstTask(phase), graph.EndTask(phase))));
        Assert.Equal([0, 0, 2], Enumerable.Range(0, 3).Select(graph.PhaseOf));
        Assert.Equal(["a0", "a1", "b0"], Enumerable.Range(0, 3).Select(task => graph.Task(task).Id));
        Assert.Equal("empty", graph.Phase(1).Id);
        Assert.True(graph.TryGetTask("b0", out var found) && found == 2);
        Assert.True(graph.TryGetPhase("b", out var phase) && phase == 2);
        Assert.False(graph.TryGetTask("b", out _));
        Assert.False(graph.TryGetPhase("b0", out _));
    }

    [Fact]
    public void An_edge_that_only_the_order_makes_is_known_as_such()
    {
        var graph = PlanGraph.Compile(new PlanBuilder("p")
            .Phase("a", phase => phase
                .Task("t0", "g")
                .Task("t1", "g", task => task.After("t0"))
                .Task("t2", "g")
                .Task("t3", "g", task => task.Bind("v", "tasks.t2.output"))
                .Task("t4", "g", task => task.After("t1")))
            .Phase("b", phase => phase.Task("t5", "g"))
            .Build());

        Assert.Equal([[], [0], [], [2], [1], []], Enumerable.Range(0, 6).Select(task => graph.JoinDependencies(task).ToArray()));
        Assert.Equal([[], [], [1], [], [3], []], Enumerable.Range(0, 6).Select(task => graph.OrderDependencies(task).ToArray()));
        Assert.Equal([4], graph.JoinDependents(1).ToArray());
        Assert.Equal([2], graph.OrderDependents(1).ToArray());
    }

    [Fact]
    public void A_phase_waits_for_the_one_before_it_unless_it_says_otherwise()
    {
        var graph = PlanGraph.Compile(new PlanBuilder("p").Phase("a").Phase("b").Phase("c", phase => phase.DependsOn()).Phase("d", phase => phase.DependsOn("b", "a", "b")).Build());

        Assert.Equal([[], [0], [], [1, 0]], Enumerable.Range(0, 4).Select(phase => graph.PhaseDependencies(phase).ToArray()));
        Assert.Equal([[1, 3], [3], [], []], Enumerable.Range(0, 4).Select(phase => graph.PhaseDependents(phase).ToArray()));
    }

    [Fact]
    public void An_agent_is_the_one_that_the_application_registered()
    {
        var graph = PlanGraph.Compile(new PlanBuilder("p").Agent("reader", uses: "acme/reader").Agent("writer")
            .Phase("a", phase => phase.Task("x", "reader").Task("y", "writer")).Build());
        var direct = PlanGraph.Compile(new PlanBuilder("p").Phase("a", phase => phase.Task("x", "reader")).Build());

        Assert.Equal<IEnumerable<string?>>(["acme/reader", "writer", "reader"], [graph.AgentOf(0), graph.AgentOf(1), direct.AgentOf(0)]);
        Assert.Same(graph.AgentOf(0), graph.AgentOf(0));
    }

    [Fact]
    public void Urgent_tasks_come_first_and_then_those_with_the_longest_way_to_go()
    {
        var graph = PlanGraph.Compile(new PlanBuilder("p")
            .Phase("a", phase => phase.Parallel()
                .Task("short", "g")
                .Task("long", "g", task => task.Estimate(TimeSpan.FromMinutes(1)))
                .Task("urgent", "g", task => task.Priority(1).Estimate(TimeSpan.Zero))
                .Task("chained", "g")
                .Task("next", "g", task => task.After("chained").Estimate(TimeSpan.FromSeconds(2)))
                .Task("also-short", "g"))
            .Build());

        int Order(string id) => graph.TryGetTask(id, out var task) ? graph.StartOrder(task) : -1;
        Assert.Equal([0, 1, 2, 3, 4, 4], new[] { "urgent", "long", "chained", "next", "short", "also-short" }.Select(Order));
    }

    [Fact]
    public void The_way_to_go_leads_through_the_phases_that_follow()
    {
        var graph = PlanGraph.Compile(new PlanBuilder("p")
            .Phase("a", phase => phase.Task("a0", "g"))
            .Phase("b", phase => phase.DependsOn().Task("b0", "g", task => task.Estimate(TimeSpan.FromSeconds(30))))
            .Phase("c", phase => phase.DependsOn("a").Task("c0", "g", task => task.Estimate(TimeSpan.FromMinutes(1))))
            .Build());

        Assert.Equal([0, 2, 1], Enumerable.Range(0, 3).Select(graph.StartOrder));
    }

    [Fact]
    public void Edges_are_those_that_a_plain_reading_of_the_plan_gives()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var plan = new RandomPlan(seed).Make();
            var graph = PlanGraph.Compile(plan);
            var expected = PlainEdges(plan);
            var ids = plan.Phases.SelectMany(phase => phase.Tasks).Select(task => task.Id).ToArray();

            var compiled = Enumerable.Range(0, graph.TaskCount)
                .SelectMany(to => (IEnumerable<(int From, int To, bool IsOrder)>)[
                    .. graph.JoinDependencies(to).ToArray().Select(from => (from, to, false)),
                    .. graph.OrderDependencies(to).ToArray().Select(from => (from, to, true))])
                .ToList();
            var reversed = Enumerable.Range(0, graph.TaskCount)
                .SelectMany(from => (IEnumerable<(int From, int To, bool IsOrder)>)[
                    .. graph.JoinDependents(from).ToArray().Select(to => (from, to, false)),
                    .. graph.OrderDependents(from).ToArray().Select(to => (from, to, true))]);

            Assert.Equal(expected.Order(), compiled.Where(edge => !edge.IsOrder || !graph.IsDerived(edge.From, edge.To)).Select(edge => (ids[edge.From], ids[edge.To], edge.IsOrder)).Order());
            Assert.Equal(compiled.Order(), reversed.Order());
        }
    }

    [Fact]
    public void The_start_order_is_priority_and_then_the_longest_way()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var graph = PlanGraph.Compile(new RandomPlan(seed).Make());
            var ways = new Dictionary<int, long>();
            for (var left = 0; left < graph.TaskCount; left++)
            {
                for (var right = 0; right < graph.TaskCount; right++)
                {
                    var expected = graph.Task(right).Priority.CompareTo(graph.Task(left).Priority);
                    expected = expected != 0 ? expected : Way(graph, ways, right).CompareTo(Way(graph, ways, left));
                    Assert.Equal(expected, Math.Sign(graph.StartOrder(left).CompareTo(graph.StartOrder(right))));
                }
            }
        }
    }

    /// <summary>All edges by ids, and whether only an end is waited for.</summary>
    private static HashSet<(string From, string To, bool IsOrder)> PlainEdges(OrchestrationPlan plan)
    {
        var edges = new HashSet<(string, string, bool)>();
        foreach (var phase in plan.Phases)
        {
            foreach (var (task, index) in phase.Tasks.Select((task, index) => (task, index)))
            {
                var joins = task.DependsOn.Concat(Sources(task.Inputs.SelectMany(input => input.From is null ? input.Template?.References ?? [] : [input.From])))
                    .Concat(Sources(task.ForEach?.Items.References)).ToHashSet();
                var orders = Sources(task.When?.References).Concat(Sources(task.SkipWhen?.Condition.References)).Concat(Sources(task.End?.Reason?.References))
                    .Concat(task.Wait?.Branches.SelectMany(branch => Sources(branch.At?.References).Concat(Sources(branch.Signal?.References)).Concat(Sources(branch.Where?.References))) ?? [])
                    .Concat(phase.Mode == PhaseMode.Sequential && index > 0 ? [phase.Tasks[index - 1].Id] : []);
                edges.UnionWith(joins.Select(from => (from, task.Id, false)));
                edges.UnionWith(orders.Where(from => from != task.Id && (task.Join.Kind != JoinKind.All || !joins.Contains(from))).Select(from => (from, task.Id, true)));
            }
        }

        return edges;
    }

    private static IEnumerable<string> Sources(IEnumerable<DataPath>? paths) => (paths ?? []).Where(path => path.Root == "tasks").Select(path => path.Segments[0].Key!);

    private static long Way(PlanGraph graph, Dictionary<int, long> known, int task)
    {
        if (!known.TryGetValue(task, out var way))
        {
            var own = (graph.Task(task).Estimate ?? TimeSpan.FromSeconds(1)).Ticks;
            var next = graph.JoinDependents(task).ToArray().Concat(graph.OrderDependents(task).ToArray()).Select(later => Way(graph, known, later)).Append(AfterPhase(graph, known, graph.PhaseOf(task))).Max();
            known[task] = way = own + next;
        }

        return way;
    }

    private static long AfterPhase(PlanGraph graph, Dictionary<int, long> known, int phase)
        => graph.PhaseDependents(phase).ToArray()
            .Select(later => Enumerable.Range(graph.FirstTask(later), graph.EndTask(later) - graph.FirstTask(later))
                .Select(task => Way(graph, known, task)).Append(AfterPhase(graph, known, later)).Max())
            .Append(0).Max();
}
