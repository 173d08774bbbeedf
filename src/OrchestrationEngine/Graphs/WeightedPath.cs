namespace OrchestrationEngine.Graphs;

/// <summary>A path through a graph and the sum of its vertices' weights.</summary>
/// <param name="Weight">The sum of the weights; 0 for an empty graph.</param>
/// <param name="Vertices">The vertices in the order of the path; empty for an empty graph.</param>
public sealed record WeightedPath(double Weight, IReadOnlyList<int> Vertices);
