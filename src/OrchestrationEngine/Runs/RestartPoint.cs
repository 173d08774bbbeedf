namespace OrchestrationEngine.Runs;

/// <summary>
/// From where an ended run is done again. What is at the point and what depends on it is done again even where it had succeeded;
/// so is what had not succeeded in phases that failed or were canceled. Failures that a completed phase allowed stay as they are.
/// </summary>
public sealed record RestartPoint
{
    private RestartPoint()
    {
    }

    /// <summary>The phase, or null when the point is a task.</summary>
    public string? Phase { get; private init; }

    /// <summary>The task, or null when the point is a phase.</summary>
    public string? Task { get; private init; }

    /// <summary>From the start of a phase.</summary>
    /// <param name="id">The id of the phase.</param>
    public static RestartPoint AtPhase(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return new RestartPoint { Phase = id };
    }

    /// <summary>From the start of a task.</summary>
    /// <param name="id">The id of the task.</param>
    public static RestartPoint AtTask(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return new RestartPoint { Task = id };
    }
}
