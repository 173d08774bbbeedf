using FsCheck;
using FsCheck.Fluent;
using OrchestrationEngine.Graphs;

namespace OrchestrationEngine.Tests.Graphs;

public class DirectedGraphPropertyTests
{
    [Fact]
    public void Rows_hold_exactly_the_edges_in_the_order_given() => Holds(RandomGraph.Any, g =>
        g.Graph.VertexCount == g.VertexCount
        && g.Graph.EdgeCount == g.Edges.Length
        && Vertices(g).All(v => g.Graph.Successors(v).ToArray().SequenceEqual(g.Edges.Where(e => e.From == v).Select(e => e.To)))
        && Vertices(g).All(v => g.Graph.OutDegree(v) == g.Edges.Count(e => e.From == v))
        && Vertices(g).All(v => g.Graph.InDegrees()[v] == g.Edges.Count(e => e.To == v)));

    [Fact]
    public void The_reversed_graph_has_every_edge_turned_around_by_vertex_number() => Holds(RandomGraph.Any, g =>
    {
        var reversed = g.Graph.Reverse();
        return Vertices(g).All(v => reversed.Successors(v).ToArray().SequenceEqual(g.Edges.Where(e => e.To == v).Select(e => e.From).Order()));
    });

    [Fact]
    public void A_graph_is_acyclic_when_no_vertex_reaches_itself() => Holds(RandomGraph.Any, g =>
        g.Graph.IsDirectedAcyclic() == !g.IsCyclic()
        && g.Graph.TryTopologicalSort(out _) == !g.IsCyclic()
        && g.Graph.FindCycle() is null == !g.IsCyclic());

    [Fact]
    public void A_found_cycle_is_a_closed_path_of_edges_that_begins_with_its_smallest_vertex() => Holds(RandomGraph.Any, g =>
    {
        var cycle = g.Graph.FindCycle();
        return cycle is null
            || (cycle.Length >= 2
                && cycle[0] == cycle[^1]
                && cycle[0] == cycle.Min()
                && cycle.Distinct().Count() == cycle.Length - 1
                && cycle.Zip(cycle.Skip(1)).All(step => g.HasEdge(step.First, step.Second)));
    });

    [Fact]
    public void A_topological_order_holds_each_vertex_once_with_every_edge_forward() => Holds(RandomGraph.Acyclic, g =>
    {
        var order = g.Graph.TopologicalSort();
        var place = Vertices(g).ToDictionary(v => v, v => Array.IndexOf(order, v));
        return order.Order().SequenceEqual(Vertices(g)) && g.Edges.All(e => place[e.From] < place[e.To]);
    });

    [Fact]
    public void Numbers_that_are_an_order_already_are_kept() => Holds(RandomGraph.Any, g =>
    {
        var forward = new RandomGraph(g.VertexCount, [.. g.Edges.Where(e => e.From < e.To)]);
        return forward.Graph.TopologicalSort().SequenceEqual(Vertices(g));
    });

    [Fact]
    public void A_level_is_the_longest_way_from_a_source() => Holds(RandomGraph.Acyclic, g =>
    {
        var backwards = new RandomGraph(g.VertexCount, [.. g.Edges.Select(e => (e.To, e.From))]);
        return g.Graph.Levels().SequenceEqual(Vertices(g).Select(v => backwards.PathsToSinks(v).Max(path => path.Length - 1)));
    });

    [Fact]
    public void The_remaining_weight_is_the_heaviest_of_all_paths_to_a_sink() => Holds(RandomGraph.Acyclic, g =>
    {
        var weights = Weights(g);
        return g.Graph.LongestPathsToSinks(weights).SequenceEqual(Vertices(g).Select(v => g.PathsToSinks(v).Max(p => p.Sum(x => weights[x]))));
    });

    [Fact]
    public void The_longest_path_is_a_path_from_source_to_sink_and_none_is_heavier() => Holds(RandomGraph.Acyclic, g =>
    {
        var weights = Weights(g);
        var (weight, path) = g.Graph.LongestPath(weights);
        return g.VertexCount == 0
            ? weight == 0 && path.Count == 0
            : weight == path.Sum(v => weights[v])
                && path.Zip(path.Skip(1)).All(step => g.HasEdge(step.First, step.Second))
                && g.Edges.All(e => e.To != path[0] && e.From != path[^1])
                && weight == Vertices(g).SelectMany(g.PathsToSinks).Max(p => p.Sum(v => weights[v]));
    });

    [Fact]
    public void Reachable_vertices_are_the_starts_and_those_that_a_path_reaches() => Holds(RandomGraph.Any, g =>
    {
        var closure = g.Closure();
        int[] starts = [.. Vertices(g).Where(v => v % 3 == 1)];
        return g.Graph.ReachableFrom(starts).SequenceEqual(Vertices(g).Select(v => starts.Any(s => s == v || closure[s, v])));
    });

    private static IEnumerable<int> Vertices(RandomGraph graph) => Enumerable.Range(0, graph.VertexCount);

    private static double[] Weights(RandomGraph graph) => [.. Vertices(graph).Select(v => (double)(v * 7 % 5))];

    private static void Holds(Arbitrary<RandomGraph> graphs, Func<RandomGraph, bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true), Prop.ForAll(graphs, property));
}
