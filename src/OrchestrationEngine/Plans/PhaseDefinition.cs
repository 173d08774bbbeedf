using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>A group of tasks with one entry, one exit and an optional condition.</summary>
public sealed record PhaseDefinition
{
    /// <summary>The phase's id, unique in the plan. A string: <c>9a</c> and <c>-1</c> are ids.</summary>
    public required string Id { get; init; }

    /// <summary>A name for people, or null.</summary>
    public string? Name { get; init; }

    /// <summary>The id of the tier that the phase belongs to, or null.</summary>
    public string? Tier { get; init; }

    /// <summary>
    /// The phases that must be completed or skipped before this one starts. Null (the default) means the phase before it in the plan;
    /// an empty list means none.
    /// </summary>
    public IReadOnlyList<string>? DependsOn { get; init; }

    /// <summary>How the tasks of the phase run. The default is <see cref="PhaseMode.Sequential"/>.</summary>
    public PhaseMode Mode { get; init; } = PhaseMode.Sequential;

    /// <summary>
    /// A condition over <c>inputs.NAME</c> and <c>tasks.ID.output</c>, read when the phase would start; null means always.
    /// When it is false the phase is skipped, with the condition's text as the reason.
    /// </summary>
    public ConditionExpression? When { get; init; }

    /// <summary>How long the phase may run, from its start; null means without limit. When it is over the phase fails and its tasks are stopped.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What a failed task means for the phase. The default is to stop the phase at its first failed task.</summary>
    public FailurePolicy OnFailure { get; init; } = FailurePolicy.FailFast;

    /// <summary>The tasks, in order. A phase without tasks completes as soon as it starts.</summary>
    public IReadOnlyList<TaskDefinition> Tasks { get; init; } = [];
}

/// <summary>How the tasks of a phase run.</summary>
public enum PhaseMode
{
    /// <summary>One after the other, in the order of the plan.</summary>
    Sequential,

    /// <summary>Together, as far as their dependencies allow.</summary>
    Parallel,
}
