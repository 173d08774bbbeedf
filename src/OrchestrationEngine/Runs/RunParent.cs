namespace OrchestrationEngine.Runs;

/// <summary>The run that started another one for one of its tasks.</summary>
public sealed record RunParent
{
    /// <summary>The run.</summary>
    public required RunId Run { get; init; }

    /// <summary>Its task.</summary>
    public required string Task { get; init; }

    /// <summary>The item of the task, where it is done for each item of a list; otherwise null.</summary>
    public int? Item { get; init; }

    /// <summary>The attempt at the task.</summary>
    public required int Attempt { get; init; }

    /// <summary>How deep the child is below the run that was started by the application; from 1.</summary>
    public required int Depth { get; init; }
}
