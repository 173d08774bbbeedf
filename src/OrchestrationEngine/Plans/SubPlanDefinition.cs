namespace OrchestrationEngine.Plans;

/// <summary>Has a task carried out as a run of another plan. The task's inputs are that run's inputs, and the plan's outputs are the task's output.</summary>
public sealed record SubPlanDefinition
{
    /// <summary>The id of a plan in the application's registry; null where <see cref="Inline"/> is given.</summary>
    public string? Id { get; init; }

    /// <summary>The version; null for the one that the registry gives when the task starts. The child keeps its own copy of it.</summary>
    public string? Version { get; init; }

    /// <summary>The plan itself; null where <see cref="Id"/> is given.</summary>
    public OrchestrationPlan? Inline { get; init; }

    /// <summary>How deep sub-plans may be nested below the run that was started by the application, this one included; null for the engine's limit.</summary>
    public int? MaxDepth { get; init; }
}
