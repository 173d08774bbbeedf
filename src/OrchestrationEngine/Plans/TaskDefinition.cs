using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>One piece of work that the plan asks for.</summary>
/// <remarks>Exactly one of <see cref="Agent"/>, <see cref="Wait"/>, <see cref="SubPlan"/> and <see cref="End"/> says how it is done.</remarks>
public sealed partial record TaskDefinition
{
    /// <summary>The task's id, unique in the plan.</summary>
    public required string Id { get; init; }

    /// <summary>A name for people, or null.</summary>
    public string? Name { get; init; }

    /// <summary>The agent that does it: the id of an agent of the plan, or the name of a registered one where the plan lists none. Null where no agent does it.</summary>
    public string? Agent { get; init; }

    /// <summary>What the agent is given, in order. Empty by default.</summary>
    public IReadOnlyList<TaskInput> Inputs { get; init; } = [];

    /// <summary>
    /// The members that the task's output must have. Empty by default: then any JSON value will do. When it is not empty,
    /// an output that lacks one of them fails the attempt, and a binding to any other member is an error of the plan.
    /// </summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>The tasks that must have ended before this one starts, besides those that its inputs are bound to. Empty by default.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>Among tasks that could start, those with the higher priority start first. The default is 0.</summary>
    public int Priority { get; init; }

    /// <summary>How long one attempt may take; null means without limit. An attempt that takes longer is stopped and fails as <see cref="FailureClass.Timeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether and when a failed attempt is tried again. The default is one attempt.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.None;

    /// <summary>How long the task is thought to take; null when nobody knows. Among tasks that could start, those on the longest remaining path start first.</summary>
    public TimeSpan? Estimate { get; init; }

    /// <summary>What happens when a task that this one depends on ended without an output. The default is <see cref="OnSkipped.Skip"/>.</summary>
    public OnSkipped OnSkipped { get; init; } = OnSkipped.Skip;

    /// <summary>What happens when nobody knows whether an attempt did its work. The default is <see cref="OnUnknown.Retry"/>.</summary>
    public OnUnknown OnUnknown { get; init; } = OnUnknown.Retry;

    /// <summary>
    /// After how many attempts in a row that ended with their process, instead of an outcome, the task is set aside instead of being started again.
    /// From 1 to 1,000; null, the default, leaves it to <see cref="OrchestrationPlan.MaxStarts"/>.
    /// </summary>
    public int? MaxStarts { get; init; }
}

/// <summary>One named input of a task: a value, or where the value comes from.</summary>
public sealed record TaskInput
{
    /// <summary>The name under which the agent finds it.</summary>
    public required string Name { get; init; }

    /// <summary>The value, where <see cref="From"/> is null.</summary>
    public JsonData Value { get; init; }

    /// <summary>
    /// Where the value comes from: <c>inputs.NAME</c> or <c>tasks.ID.output</c>, with members below it; null for a plain value.
    /// Written <c>"${tasks.build.output.files}"</c> in a plan file. A binding to a task makes the task a dependency.
    /// </summary>
    public DataPath? From { get; init; }

    /// <summary>What the value is computed from, where it is more than a plain path: <c>"Review ${inputs.name}"</c>, or a value with templates in it; null otherwise.</summary>
    public DataTemplate? Template { get; init; }
}

/// <summary>What a task does when a task that it depends on was skipped, failed or canceled, and so has no output.</summary>
public enum OnSkipped
{
    /// <summary>It is skipped too.</summary>
    Skip,

    /// <summary>It runs; inputs bound to the missing output are JSON <c>null</c>.</summary>
    Run,

    /// <summary>It fails.</summary>
    Fail,
}
