using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>What a task needs of the tasks that it depends on before it can start. A task that succeeded has <em>arrived</em>; one that was skipped, failed or canceled never will.</summary>
public sealed record JoinDefinition
{
    /// <summary>All must have arrived. The default.</summary>
    public static readonly JoinDefinition All = new();

    /// <summary>What is needed.</summary>
    public JoinKind Kind { get; init; }

    /// <summary>How many must have arrived, for <see cref="JoinKind.AtLeast"/>; from 1 to the number of tasks that it depends on. Otherwise 0.</summary>
    public int Count { get; init; }

    /// <summary>The expression, for <see cref="JoinKind.Until"/>; otherwise null.</summary>
    public ConditionExpression? Condition { get; init; }

    /// <summary>
    /// Whether those that have not ended when the join is complete are canceled, and what leads to nothing but them. Always so for
    /// <see cref="JoinKind.First"/>; the default is false.
    /// </summary>
    public bool CancelRest { get; init; }
}

/// <summary>The kinds of join.</summary>
public enum JoinKind
{
    /// <summary>All have arrived.</summary>
    All,

    /// <summary>One has arrived; the others go on.</summary>
    Any,

    /// <summary>So many have arrived.</summary>
    AtLeast,

    /// <summary>All that were not skipped have arrived, and at least one has.</summary>
    Activated,

    /// <summary>One has arrived; the others are canceled.</summary>
    First,

    /// <summary>Nothing is waited for.</summary>
    None,

    /// <summary>An expression holds. It is looked at again whenever one of them has ended.</summary>
    Until,

    /// <summary>The task is done once for each that arrives, with <c>item.task</c> and <c>item.output</c>, and is over when all have ended.</summary>
    Each,
}
