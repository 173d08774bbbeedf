using FsCheck;
using FsCheck.Fluent;
using OrchestrationEngine.Graphs;

namespace OrchestrationEngine.Tests.Graphs;

/// <summary>A small graph as plain lists, with the slow and obvious answers beside it.</summary>
public sealed record RandomGraph(int VertexCount, (int From, int To)[] Edges)
{
    public DirectedGraph Graph { get; } =
        DirectedGraph.FromEdges(VertexCount, Edges.Select(e => e.From).ToArray(), Edges.Select(e => e.To).ToArray());

    /// <summary>Any graph: cycles, self-loops and parallel edges included.</summary>
    public static Arbitrary<RandomGraph> Any { get; } = Arb.From(Graphs((from, to, _) => (from, to)), Fewer);

    /// <summary>Acyclic graphs whose numbers are shuffled, so that the numbers are seldom an order.</summary>
    public static Arbitrary<RandomGraph> Acyclic { get; } = Arb.From(
        Graphs((from, to, rank) => rank[from] < rank[to] ? (from, to) : (to, from))
            .Select(g => new RandomGraph(g.VertexCount, [.. g.Edges.Where(e => e.From != e.To)])),
        Fewer);

    public bool HasEdge(int from, int to) => Edges.Contains((from, to));

    /// <summary>Whether a path of at least one edge leads from one vertex to the other, by Warshall's closure.</summary>
    public bool[,] Closure()
    {
        var reaches = new bool[VertexCount, VertexCount];
        foreach (var (from, to) in Edges)
        {
            reaches[from, to] = true;
        }

        for (var via = 0; via < VertexCount; via++)
        {
            for (var from = 0; from < VertexCount; from++)
            {
                for (var to = 0; to < VertexCount; to++)
                {
                    reaches[from, to] |= reaches[from, via] && reaches[via, to];
                }
            }
        }

        return reaches;
    }

    public bool IsCyclic()
    {
        var closure = Closure();
        return Enumerable.Range(0, VertexCount).Any(v => closure[v, v]);
    }

    /// <summary>Every path of an acyclic graph that begins at the vertex and ends at a sink.</summary>
    public IEnumerable<int[]> PathsToSinks(int vertex)
    {
        var successors = Edges.Where(e => e.From == vertex).Select(e => e.To).Distinct().ToArray();
        return successors.Length == 0 ? [[vertex]] : successors.SelectMany(PathsToSinks).Select(rest => (int[])[vertex, .. rest]);
    }

    public override string ToString() => $"{VertexCount} vertices: {string.Join(" ", Edges.Select(e => $"{e.From}->{e.To}"))}";

    private static Gen<RandomGraph> Graphs(Func<int, int, int[], (int From, int To)> edge) =>
        from vertexCount in Gen.Choose(0, 9)
        from rank in Gen.Shuffle(Enumerable.Range(0, vertexCount).ToArray())
        from ends in Gen.ArrayOf(Gen.Choose(0, Math.Max(0, vertexCount - 1)), vertexCount == 0 ? 0 : 2 * (vertexCount + 3))
        from edgeCount in Gen.Choose(0, ends.Length / 2)
        select new RandomGraph(vertexCount, [.. Enumerable.Range(0, edgeCount).Select(i => edge(ends[2 * i], ends[(2 * i) + 1], rank))]);

    private static IEnumerable<RandomGraph> Fewer(RandomGraph graph) =>
        graph.Edges.Select((_, i) => new RandomGraph(graph.VertexCount, [.. graph.Edges.Where((_, j) => j != i)]));
}
