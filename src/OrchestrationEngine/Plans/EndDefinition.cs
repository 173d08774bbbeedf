using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>Makes a task end the whole run as soon as it is reached; what is under way is canceled.</summary>
public sealed record EndDefinition
{
    /// <summary>How the run ends.</summary>
    public EndStatus Status { get; init; }

    /// <summary>Why, for people; a template, or null.</summary>
    public TextTemplate? Reason { get; init; }
}

/// <summary>How a task may end a run.</summary>
public enum EndStatus
{
    /// <summary>The run succeeds.</summary>
    Succeeded,

    /// <summary>The run fails.</summary>
    Failed,

    /// <summary>The run is canceled.</summary>
    Canceled,
}
