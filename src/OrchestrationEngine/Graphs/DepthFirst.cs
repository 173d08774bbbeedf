namespace OrchestrationEngine.Graphs;

/// <summary>The depth-first search behind sorting and finding cycles: one pass gives either the order or a cycle.</summary>
internal static class DepthFirst
{
    private const int Unseen = 0;
    private const int Finished = -1;

    /// <summary>
    /// Sorts the vertices topologically, or returns a cycle. Roots and edges are taken last to first and the order is filled from its end;
    /// that is what makes an order that is right already come out unchanged.
    /// </summary>
    public static int[]? Sort(DirectedGraph graph, out int[] order)
    {
        // The search path grows from the front of `order` while the result grows from its back. They never meet, because a vertex is in one of them.
        order = new int[graph.VertexCount];
        var result = graph.VertexCount;
        var edgesLeft = new int[graph.VertexCount];
        for (var root = graph.VertexCount - 1; root >= 0; root--)
        {
            if (edgesLeft[root] != Unseen)
            {
                continue;
            }

            var depth = 0;
            order[depth++] = root;
            edgesLeft[root] = graph.OutDegree(root) + 1;
            while (depth > 0)
            {
                var vertex = order[depth - 1];
                var edge = --edgesLeft[vertex];
                if (edge == 0)
                {
                    edgesLeft[vertex] = Finished;
                    depth--;
                    order[--result] = vertex;
                    continue;
                }

                var successor = graph.Successors(vertex)[edge - 1];
                if (edgesLeft[successor] > 0)
                {
                    return CycleFrom(order.AsSpan(0, depth), successor);
                }

                if (edgesLeft[successor] == Unseen)
                {
                    order[depth++] = successor;
                    edgesLeft[successor] = graph.OutDegree(successor) + 1;
                }
            }
        }

        return null;
    }

    private static int[] CycleFrom(ReadOnlySpan<int> path, int start)
    {
        var loop = path[path.LastIndexOf(start)..];
        var smallest = 0;
        for (var position = 1; position < loop.Length; position++)
        {
            smallest = loop[position] < loop[smallest] ? position : smallest;
        }

        return [.. loop[smallest..], .. loop[..smallest], loop[smallest]];
    }
}
