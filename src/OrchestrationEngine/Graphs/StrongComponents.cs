namespace OrchestrationEngine.Graphs;

/// <summary>Finds the groups of vertices that lie on cycles together (Tarjan's algorithm, without recursion). Linear in vertices and edges.</summary>
internal static class StrongComponents
{
    /// <summary>Gives each vertex the number of its component, and says of each component whether it has more than one vertex.</summary>
    public static int[] Find(DirectedGraph graph, out bool[] hasSeveral)
    {
        var count = graph.VertexCount;
        var (seen, low, component, next) = (new int[count], new int[count], new int[count], new int[count]);
        component.AsSpan().Fill(-1);
        var sizes = new List<int>();
        var (open, path) = (new Stack<int>(), new Stack<int>());
        var last = 0;
        for (var root = 0; root < count; root++)
        {
            if (seen[root] != 0)
            {
                continue;
            }

            Enter(root);
            while (path.TryPeek(out var vertex))
            {
                var successors = graph.Successors(vertex);
                if (next[vertex] < successors.Length)
                {
                    var successor = successors[next[vertex]++];
                    if (seen[successor] == 0)
                    {
                        Enter(successor);
                    }
                    else if (component[successor] < 0)
                    {
                        low[vertex] = Math.Min(low[vertex], seen[successor]);
                    }

                    continue;
                }

                path.Pop();
                if (path.TryPeek(out var parent))
                {
                    low[parent] = Math.Min(low[parent], low[vertex]);
                }

                if (low[vertex] == seen[vertex])
                {
                    Close(vertex);
                }
            }
        }

        hasSeveral = [.. sizes.Select(size => size > 1)];
        return component;

        void Enter(int vertex)
        {
            seen[vertex] = low[vertex] = ++last;
            open.Push(vertex);
            path.Push(vertex);
        }

        void Close(int root)
        {
            var size = 0;
            int vertex;
            do
            {
                vertex = open.Pop();
                component[vertex] = sizes.Count;
                size++;
            }
            while (vertex != root);
            sizes.Add(size);
        }
    }
}
