using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>What a task needs of the tasks that it depends on before it can start. A task that succeeded has <em>arrived</em>; one that was skipped, failed or canceled never will.</summary>
public sealed record JoinDefinition
{
    /// <summary>All must have arrived. The default.</summary>
    public static readonly JoinDefinition All = new();

    /// <summary>One must have arrived.</summary>
    public static readonly JoinDefinition Any = new() { Kind = JoinKind.Any };

    /// <summary>All that were not skipped must have arrived, and at least one.</summary>
    public static readonly JoinDefinition Activated = new() { Kind = JoinKind.Activated };

    /// <summary>One must have arrived; the others are canceled.</summary>
    public static readonly JoinDefinition First = new() { Kind = JoinKind.First };

    /// <summary>Nothing is waited for.</summary>
    public static readonly JoinDefinition None = new() { Kind = JoinKind.None };

    /// <summary>The task is done once for each that arrives.</summary>
    public static readonly JoinDefinition Each = new() { Kind = JoinKind.Each };

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
    public bool CancelRest
    {
        get => field || Kind == JoinKind.First;
        init;
    }

    /// <summary>So many must have arrived.</summary>
    /// <param name="count">How many; from 1.</param>
    /// <param name="cancelRest">Whether the others are canceled.</param>
    public static JoinDefinition AtLeast(int count, bool cancelRest = false) => new() { Kind = JoinKind.AtLeast, Count = count, CancelRest = cancelRest };

    /// <summary>An expression must hold.</summary>
    /// <param name="condition">The expression, looked at again whenever a task that is waited for has ended.</param>
    /// <param name="cancelRest">Whether those that have not ended are canceled.</param>
    /// <exception cref="ExpressionException">The expression can't be read.</exception>
    public static JoinDefinition Until(string condition, bool cancelRest = false)
        => new() { Kind = JoinKind.Until, Condition = ConditionExpression.Parse(condition), CancelRest = cancelRest };
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
