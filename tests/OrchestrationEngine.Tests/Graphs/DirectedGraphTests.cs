using OrchestrationEngine.Graphs;

namespace OrchestrationEngine.Tests.Graphs;

public class DirectedGraphTests
{
    [Fact]
    public void A_cycle_is_reported_as_its_path()
    {
        var graph = DirectedGraph.FromEdges(6, [0, 5, 3, 4, 1], [5, 3, 4, 5, 2]);

        var e = Assert.Throws<CyclicGraphException>(() => graph.TopologicalSort());

        Assert.Equal([3, 4, 5, 3], e.Cycle);
        Assert.Equal("The graph has a cycle: 3 -> 4 -> 5 -> 3.", e.Message);
        Assert.Throws<CyclicGraphException>(() => graph.Levels());
        Assert.Throws<CyclicGraphException>(() => graph.LongestPath(new double[6]));
    }

    [Fact]
    public void A_self_loop_is_a_cycle_of_one() => Assert.Equal([1, 1], DirectedGraph.FromEdges(2, [0, 1], [1, 1]).FindCycle()!);

    [Fact]
    public void The_message_of_a_long_cycle_is_shortened_and_its_path_is_not()
    {
        int[] vertices = [.. Enumerable.Range(0, 1000)];
        var graph = DirectedGraph.FromEdges(1000, vertices, [.. vertices.Select(v => (v + 1) % 1000)]);

        var e = Assert.Throws<CyclicGraphException>(() => graph.TopologicalSort());

        Assert.Equal(1001, e.Cycle.Count);
        Assert.EndsWith("12 -> 13 -> ... -> 0 (1000 vertices).", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parallel_edges_are_kept()
    {
        var graph = DirectedGraph.FromEdges(2, [0, 0], [1, 1]);

        Assert.Equal([1, 1], graph.Successors(0).ToArray());
        Assert.Equal([0, 2], graph.InDegrees());
        Assert.Equal([0, 1], graph.TopologicalSort());
    }

    [Fact]
    public void A_graph_may_be_empty()
    {
        var graph = DirectedGraph.FromEdges(0, [], []);

        Assert.Empty(graph.TopologicalSort());
        Assert.Empty(graph.LongestPath([]).Vertices);
        Assert.Equal(0, graph.Reverse().VertexCount);
    }

    [Fact]
    public void Of_equal_paths_the_first_declared_is_taken()
    {
        var graph = DirectedGraph.FromEdges(4, [0, 0, 1, 2], [2, 1, 3, 3]);

        var path = graph.LongestPath([1, 1, 1, 1]);

        Assert.Equal(3, path.Weight);
        Assert.Equal([0, 2, 3], path.Vertices);
    }

    [Fact]
    public void Where_the_numbers_are_no_order_the_targets_of_a_vertex_follow_its_edges()
    {
        Assert.Equal([2, 1, 0], DirectedGraph.FromEdges(3, [2, 2], [1, 0]).TopologicalSort());
        Assert.Equal([2, 0, 1], DirectedGraph.FromEdges(3, [2, 2], [0, 1]).TopologicalSort());
    }

    [Fact]
    public void An_edge_to_nowhere_is_named()
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => DirectedGraph.FromEdges(3, [0, 1], [1, 3]));

        Assert.StartsWith("Edge 1 goes from 1 to 3, but the graph has 3 vertices, numbered from 0.", e.Message, StringComparison.Ordinal);
        Assert.Equal("targets", e.ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => DirectedGraph.FromEdges(3, [-1], [1]));
        Assert.Throws<ArgumentException>(() => DirectedGraph.FromEdges(3, [0], [1, 2]));
    }

    [Theory]
    [InlineData(-1d)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_weight_that_is_no_duration_is_refused(double weight)
    {
        var graph = DirectedGraph.FromEdges(2, [0], [1]);

        Assert.Throws<ArgumentOutOfRangeException>(() => graph.LongestPath([1, weight]));
        Assert.Throws<ArgumentException>(() => graph.LongestPath([1]));
    }

    [Fact]
    public void A_vertex_that_does_not_exist_is_the_callers_mistake()
    {
        var graph = DirectedGraph.FromEdges(2, [0], [1]);

        Assert.Throws<ArgumentOutOfRangeException>(() => graph.OutDegree(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => graph.OutDegree(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => graph.ReachableFrom(2));
    }

    [Fact]
    public void A_chain_of_a_million_needs_no_stack()
    {
        const int count = 1_000_000;
        int[] sources = [.. Enumerable.Range(0, count - 1)];
        int[] targets = [.. Enumerable.Range(1, count - 1)];
        var ones = new double[count];
        Array.Fill(ones, 1);

        foreach (var graph in (DirectedGraph[])[DirectedGraph.FromEdges(count, sources, targets), DirectedGraph.FromEdges(count, targets, sources)])
        {
            Assert.True(graph.IsDirectedAcyclic());
            Assert.Equal(count - 1, graph.Levels().Max());
            Assert.Equal(count, graph.LongestPath(ones).Weight);
            Assert.Equal(count, graph.ReachableFrom(graph.TopologicalSort()[0]).Count(reached => reached));
        }

        var ring = DirectedGraph.FromEdges(count, [.. sources, count - 1], [.. targets, 0]);
        Assert.Equal(count + 1, ring.FindCycle()!.Length);
    }

    [Fact]
    public void A_million_vertices_and_three_million_edges_allocate_only_their_rows_and_the_answer()
    {
        const int vertices = 1_000_000;
        const int edges = 3_000_000;
        var random = new Random(20_261_120);
        var sources = new int[edges];
        var targets = new int[edges];
        for (var edge = 0; edge < edges; edge++)
        {
            var (a, b) = (random.Next(vertices), random.Next(vertices - 1));
            b += b >= a ? 1 : 0;
            (sources[edge], targets[edge]) = (Math.Max(a, b), Math.Min(a, b));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var graph = DirectedGraph.FromEdges(vertices, sources, targets);
        var built = GC.GetAllocatedBytesForCurrentThread();
        var order = graph.TopologicalSort();
        var sorted = GC.GetAllocatedBytesForCurrentThread();

        Assert.InRange(built - before, 0, (sizeof(int) * (vertices + edges)) + 4096);
        Assert.InRange(sorted - built, 0, (2 * sizeof(int) * vertices) + 4096);
        var place = new int[vertices];
        for (var position = 0; position < vertices; position++)
        {
            place[order[position]] = position;
        }

        Assert.True(sources.Zip(targets).All(edge => place[edge.First] < place[edge.Second]));
    }
}
