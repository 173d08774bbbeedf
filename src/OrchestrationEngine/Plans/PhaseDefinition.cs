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

    /// <summary>When the phase is left out, and why; null for never. Read when the phase would start, after <see cref="When"/>.</summary>
    public SkipCondition? SkipWhen { get; init; }

    /// <summary>Has the phase done again until a condition holds; null for once.</summary>
    public RepeatDefinition? Repeat { get; init; }

    /// <summary>How many tasks of the phase may run at the same time; null for no limit of its own.</summary>
    public int? MaxParallelTasks { get; init; }

    /// <summary>Names of locks of the run that the phase holds from its start to its end. Empty by default.</summary>
    public IReadOnlyList<string> Locks { get; init; } = [];

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

    /// <summary>
    /// Together, unless they conflict by what they declare: a writer before the readers of the same thing, two writers of it one after the other,
    /// holders of an exclusive resource one at a time, critical tasks alone.
    /// </summary>
    Smart,

    /// <summary>In any order that their dependencies allow, but never two at the same time.</summary>
    OneAtATime,
}
