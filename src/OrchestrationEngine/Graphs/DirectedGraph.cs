namespace OrchestrationEngine.Graphs;

/// <summary>
/// A directed graph over the vertices 0 to n-1, in compressed rows: two integer arrays and no object per edge. Immutable and safe to share
/// between threads. Every operation is linear in vertices and edges, needs no recursion, and gives the same answer each time; self-loops and
/// parallel edges are kept as they are.
/// </summary>
public sealed class DirectedGraph
{
    private readonly int[] _rowStarts;
    private readonly int[] _targets;

    private DirectedGraph(int[] rowStarts, int[] targets)
    {
        _rowStarts = rowStarts;
        _targets = targets;
    }

    /// <summary>How many vertices the graph has; they are numbered from 0.</summary>
    public int VertexCount => _rowStarts.Length - 1;

    /// <summary>How many edges the graph has, parallel ones counted each.</summary>
    public int EdgeCount => _targets.Length;

    /// <summary>Makes a graph from a list of edges. The edges out of a vertex keep the order in which they are given.</summary>
    /// <param name="vertexCount">How many vertices there are.</param>
    /// <param name="sources">Where each edge begins.</param>
    /// <param name="targets">Where each edge ends; as many as <paramref name="sources"/>.</param>
    /// <returns>The graph.</returns>
    /// <exception cref="ArgumentException">The lists differ in length, or an edge names a vertex that does not exist.</exception>
    public static DirectedGraph FromEdges(int vertexCount, ReadOnlySpan<int> sources, ReadOnlySpan<int> targets)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(vertexCount);
        if (sources.Length != targets.Length)
        {
            throw new ArgumentException($"There are {sources.Length} sources and {targets.Length} targets; each edge needs one of both.", nameof(targets));
        }

        var rowStarts = new int[vertexCount + 1];
        for (var edge = 0; edge < sources.Length; edge++)
        {
            if ((uint)sources[edge] >= (uint)vertexCount || (uint)targets[edge] >= (uint)vertexCount)
            {
                throw new ArgumentOutOfRangeException(
                    (uint)sources[edge] >= (uint)vertexCount ? nameof(sources) : nameof(targets),
                    $"Edge {edge} goes from {sources[edge]} to {targets[edge]}, but the graph has {vertexCount} vertices, numbered from 0.");
            }

            rowStarts[sources[edge] + 1]++;
        }

        for (var vertex = 0; vertex < vertexCount; vertex++)
        {
            rowStarts[vertex + 1] += rowStarts[vertex];
        }

        // Placing the edges moves each start to its row's end, which is the next row's start; the shift afterwards puts them right again
        // and saves an array of cursors.
        var placed = new int[targets.Length];
        for (var edge = 0; edge < sources.Length; edge++)
        {
            placed[rowStarts[sources[edge]]++] = targets[edge];
        }

        Array.Copy(rowStarts, 0, rowStarts, 1, vertexCount);
        rowStarts[0] = 0;
        return new(rowStarts, placed);
    }

    /// <summary>The targets of the edges out of a vertex, in the order in which the edges were given.</summary>
    /// <param name="vertex">The vertex.</param>
    /// <returns>One entry per edge, so a parallel edge appears again.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such vertex.</exception>
    public ReadOnlySpan<int> Successors(int vertex)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)vertex, (uint)VertexCount, nameof(vertex));
        var start = _rowStarts[vertex];
        return _targets.AsSpan(start, _rowStarts[vertex + 1] - start);
    }

    /// <summary>How many edges leave a vertex.</summary>
    /// <param name="vertex">The vertex.</param>
    /// <returns>The number of edges, parallel ones counted each.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such vertex.</exception>
    public int OutDegree(int vertex) => Successors(vertex).Length;

    /// <summary>Counts the edges that enter each vertex.</summary>
    /// <returns>A new array, which the caller may count down.</returns>
    public int[] InDegrees()
    {
        var degrees = new int[VertexCount];
        foreach (var target in _targets)
        {
            degrees[target]++;
        }

        return degrees;
    }

    /// <summary>Makes the graph with every edge turned around; its successors are this graph's predecessors, ordered by vertex number.</summary>
    /// <returns>A new graph.</returns>
    public DirectedGraph Reverse()
    {
        var sources = new int[EdgeCount];
        for (var vertex = 0; vertex < VertexCount; vertex++)
        {
            sources.AsSpan(_rowStarts[vertex].._rowStarts[vertex + 1]).Fill(vertex);
        }

        return FromEdges(VertexCount, _targets, sources);
    }

    /// <summary>
    /// Orders the vertices so that every edge goes forward. Vertices whose numbers are in such an order already keep it; otherwise the
    /// targets of a vertex come in the order of its edges, as far as other edges let them.
    /// </summary>
    /// <returns>The vertices in order.</returns>
    /// <exception cref="CyclicGraphException">There is no such order; the error holds a cycle.</exception>
    public int[] TopologicalSort() => DepthFirst.Sort(this, out var order) is { } cycle ? throw new CyclicGraphException(cycle) : order;

    /// <summary>Orders the vertices so that every edge goes forward, if that can be done.</summary>
    /// <param name="order">The vertices in order; empty when the graph has a cycle.</param>
    /// <returns>Whether the graph is acyclic.</returns>
    public bool TryTopologicalSort(out int[] order)
    {
        var acyclic = DepthFirst.Sort(this, out order) is null;
        order = acyclic ? order : [];
        return acyclic;
    }

    /// <summary>Whether the graph has no cycle. A self-loop is one.</summary>
    /// <returns>True when <see cref="TopologicalSort"/> would succeed.</returns>
    public bool IsDirectedAcyclic() => DepthFirst.Sort(this, out _) is null;

    /// <summary>Looks for a cycle.</summary>
    /// <returns>
    /// A path that begins with its smallest vertex, follows the edges and repeats the first vertex at the end; null when the graph is acyclic.
    /// </returns>
    public int[]? FindCycle() => DepthFirst.Sort(this, out _);

    /// <summary>Gives each vertex its level: the largest number of edges on a path to it.</summary>
    /// <returns>The level of each vertex; 0 for a vertex without predecessors.</returns>
    /// <exception cref="CyclicGraphException">The graph has a cycle.</exception>
    public int[] Levels()
    {
        var levels = new int[VertexCount];
        foreach (var vertex in TopologicalSort())
        {
            foreach (var successor in Successors(vertex))
            {
                levels[successor] = Math.Max(levels[successor], levels[vertex] + 1);
            }
        }

        return levels;
    }

    /// <summary>Finds the path with the largest sum of weights, from a vertex without predecessors to one without successors.</summary>
    /// <param name="vertexWeights">The weight of each vertex, finite and not negative.</param>
    /// <returns>The path; of equal ones the one that begins with the smallest vertex and takes the earliest edges.</returns>
    /// <exception cref="ArgumentException">There is not one valid weight per vertex.</exception>
    /// <exception cref="CyclicGraphException">The graph has a cycle.</exception>
    public WeightedPath LongestPath(ReadOnlySpan<double> vertexWeights)
    {
        var remaining = LongestPathsToSinks(vertexWeights);
        var inDegrees = InDegrees();
        var next = -1;
        for (var vertex = 0; vertex < VertexCount; vertex++)
        {
            if (inDegrees[vertex] == 0 && (next < 0 || remaining[vertex] > remaining[next]))
            {
                next = vertex;
            }
        }

        var weight = next < 0 ? 0 : remaining[next];
        var path = new List<int>();
        while (next >= 0)
        {
            path.Add(next);
            var heaviest = -1;
            foreach (var successor in Successors(next))
            {
                if (heaviest < 0 || remaining[successor] > remaining[heaviest])
                {
                    heaviest = successor;
                }
            }

            next = heaviest;
        }

        return new(weight, path.AsReadOnly());
    }

    /// <summary>Gives each vertex the largest sum of weights on a path from it to a vertex without successors, its own weight included.</summary>
    /// <param name="vertexWeights">The weight of each vertex, finite and not negative.</param>
    /// <returns>The remaining weight at each vertex.</returns>
    /// <exception cref="ArgumentException">There is not one valid weight per vertex.</exception>
    /// <exception cref="CyclicGraphException">The graph has a cycle.</exception>
    public double[] LongestPathsToSinks(ReadOnlySpan<double> vertexWeights)
    {
        RefuseWrongWeights(vertexWeights);
        var order = TopologicalSort();
        var remaining = new double[VertexCount];
        for (var position = order.Length - 1; position >= 0; position--)
        {
            var vertex = order[position];
            var longest = 0d;
            foreach (var successor in Successors(vertex))
            {
                longest = Math.Max(longest, remaining[successor]);
            }

            remaining[vertex] = vertexWeights[vertex] + longest;
        }

        return remaining;
    }

    /// <summary>Finds the vertices to which a path leads from any of some vertices.</summary>
    /// <param name="starts">Where the paths begin; these are reachable too.</param>
    /// <returns>For each vertex, whether it is reachable.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A start does not exist.</exception>
    public bool[] ReachableFrom(params ReadOnlySpan<int> starts)
    {
        var reached = new bool[VertexCount];
        var open = new Stack<int>();
        foreach (var start in starts)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)start, (uint)VertexCount, nameof(starts));
            Reach(start);
        }

        while (open.TryPop(out var vertex))
        {
            foreach (var successor in Successors(vertex))
            {
                Reach(successor);
            }
        }

        return reached;

        void Reach(int vertex)
        {
            if (!reached[vertex])
            {
                reached[vertex] = true;
                open.Push(vertex);
            }
        }
    }

    private void RefuseWrongWeights(ReadOnlySpan<double> weights)
    {
        if (weights.Length != VertexCount)
        {
            throw new ArgumentException($"There are {weights.Length} weights for {VertexCount} vertices.", nameof(weights));
        }

        for (var vertex = 0; vertex < weights.Length; vertex++)
        {
            if (!double.IsFinite(weights[vertex]) || weights[vertex] < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(weights), weights[vertex], $"The weight of vertex {vertex} must be finite and not negative.");
            }
        }
    }
}
