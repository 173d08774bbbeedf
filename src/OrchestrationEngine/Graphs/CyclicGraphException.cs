namespace OrchestrationEngine.Graphs;

/// <summary>A graph that must be acyclic has a cycle.</summary>
public sealed class CyclicGraphException : OrchestrationException
{
    private const int ShownVertices = 16;

    internal CyclicGraphException(int[] cycle)
        : base($"The graph has a cycle: {Describe(cycle)}.")
    {
        Cycle = Array.AsReadOnly(cycle);
    }

    /// <summary>The cycle as a path: it begins with its smallest vertex, follows the edges, and repeats the first vertex at the end.</summary>
    public IReadOnlyList<int> Cycle { get; }

    private static string Describe(int[] cycle) =>
        cycle.Length <= ShownVertices
            ? string.Join(" -> ", cycle)
            : $"{string.Join(" -> ", cycle[..(ShownVertices - 2)])} -> ... -> {cycle[^1]} ({cycle.Length - 1} vertices)";
}
