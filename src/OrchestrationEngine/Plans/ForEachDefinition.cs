using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>Has a task done once for each item of a list. Its inputs see <c>item</c> and <c>index</c>; its output is the list of the outputs, in the order of the items.</summary>
public sealed record ForEachDefinition
{
    /// <summary>Gives the list when the task becomes ready.</summary>
    public required ValueExpression Items { get; init; }

    /// <summary>How many items may be under way at the same time; null for no limit of its own.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>When the task is done: <see cref="JoinKind.All"/> (the default), <see cref="JoinKind.AtLeast"/>, <see cref="JoinKind.Until"/>, or <see cref="JoinKind.None"/>, by which it succeeds as soon as its items are known and they go on by themselves.</summary>
    public JoinDefinition Join { get; init; } = JoinDefinition.All;

    /// <summary>Whether items that fail are left out of the output as null, instead of failing the task. The default is false.</summary>
    public bool ContinueOnError { get; init; }

    /// <summary>Whether items may be added until the list is sealed. The default is false: the list is what the expression gives.</summary>
    public bool Open { get; init; }
}
