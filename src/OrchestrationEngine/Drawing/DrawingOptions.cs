namespace OrchestrationEngine.Drawing;

/// <summary>What is left out of a drawing, so that a large plan still gives one that can be looked at.</summary>
public sealed record DrawingOptions
{
    /// <summary>The options that hold where none are given.</summary>
    public static readonly DrawingOptions Default = new();

    /// <summary>A phase with more tasks than this is drawn as one box that says how many it has; the edges of its tasks are left out. The default is 200.</summary>
    public int MaxTasksPerPhase { get; init; } = 200;
}
