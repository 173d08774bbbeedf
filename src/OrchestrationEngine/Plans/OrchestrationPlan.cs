using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>
/// The immutable description of a piece of work: its phases and tasks, who does them and what passes between them.
/// A run keeps its own copy, so a plan that changes later never changes a run under way.
/// </summary>
/// <remarks>Read one from JSON with <see cref="PlanJson"/> or write one in code with <see cref="PlanBuilder"/>. Safe to share between threads and runs.</remarks>
public sealed record OrchestrationPlan
{
    /// <summary>The plan's id. Letters, digits, and most signs are allowed; control characters are not.</summary>
    public required string Id { get; init; }

    /// <summary>The version of the plan, as its authors count. The default is <c>1</c>.</summary>
    public string Version { get; init; } = "1";

    /// <summary>A name for people, or null.</summary>
    public string? Name { get; init; }

    /// <summary>What the plan is for, or null.</summary>
    public string? Description { get; init; }

    /// <summary>The inputs that a run of the plan takes. Empty by default.</summary>
    public IReadOnlyList<PlanInput> Inputs { get; init; } = [];

    /// <summary>
    /// The agents that the tasks name. Empty by default: then tasks name the agents that the application registered.
    /// When it is not empty, a task may name only an agent of this list.
    /// </summary>
    public IReadOnlyList<PlanAgent> Agents { get; init; } = [];

    /// <summary>Labels that group phases, in the order in which reports show them. They schedule nothing.</summary>
    public IReadOnlyList<PlanTier> Tiers { get; init; } = [];

    /// <summary>The phases, in order. At least one.</summary>
    public required IReadOnlyList<PhaseDefinition> Phases { get; init; }

    /// <summary>What a run of the plan gives when it succeeds: a value or template for each name. Empty by default: then it gives JSON <c>null</c>.</summary>
    public IReadOnlyList<TaskInput> Outputs { get; init; } = [];

    /// <summary>The contracts that tasks and handoffs name. Empty by default.</summary>
    public IReadOnlyList<PlanContract> Contracts { get; init; } = [];

    /// <summary>What passes between tasks under contracts of its own, or in another form. Empty by default.</summary>
    public IReadOnlyList<HandoffDefinition> Handoffs { get; init; } = [];

    /// <summary>The documents that the tasks of a run share. Empty by default; a task may write others, of which it is the only writer.</summary>
    public IReadOnlyList<DocumentDefinition> Workspace { get; init; } = [];

    /// <summary>
    /// Gives the id of the phase at which a run starts, from its inputs; the phases that this one depends on, directly or not, are skipped.
    /// Null, the default, or a value of null: at the beginning.
    /// </summary>
    public ValueExpression? StartAt { get; init; }

    /// <summary>What a failed phase means for the run. The default is to stop the run at the first failed phase.</summary>
    public FailurePolicy OnFailure { get; init; } = FailurePolicy.FailFast;

    /// <summary>How many tasks of one run may run at the same time; null leaves it to the engine's limit.</summary>
    public int? MaxParallelTasks { get; init; }

    /// <summary>
    /// After how many attempts in a row that ended with their process, instead of an outcome, a task is set aside instead of being started again:
    /// it may be what ends the process. From 1 to 1,000; the default is 10. A task may say otherwise (<see cref="TaskDefinition.MaxStarts"/>).
    /// </summary>
    public int MaxStarts { get; init; } = 10;
}

/// <summary>An input that a run of the plan takes.</summary>
public sealed record PlanInput
{
    /// <summary>The name by which tasks and conditions refer to it: <c>inputs.NAME</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it means, for people, or null.</summary>
    public string? Description { get; init; }

    /// <summary>Whether a run can't start without it. The default is false; a required input with a default is never missing.</summary>
    public bool Required { get; init; }

    /// <summary>A JSON Schema (2020-12 or draft-07) that the value must satisfy; null for any value.</summary>
    public JsonData? Schema { get; init; }

    /// <summary>The value where the run gives none; null when there is no default (the input is then JSON <c>null</c>).</summary>
    public JsonData? Default { get; init; }
}

/// <summary>An agent under the name that this plan gives it.</summary>
public sealed record PlanAgent
{
    /// <summary>The name that the plan's tasks use.</summary>
    public required string Id { get; init; }

    /// <summary>The name under which the application registered the agent; null when it is the same as <see cref="Id"/>.</summary>
    public string? Uses { get; init; }

    /// <summary>What the agent does, for people, or null.</summary>
    public string? Description { get; init; }
}

/// <summary>A label that groups phases for reading and reporting.</summary>
public sealed record PlanTier
{
    /// <summary>The tier's id.</summary>
    public required string Id { get; init; }

    /// <summary>A name for people, or null.</summary>
    public string? Name { get; init; }
}
