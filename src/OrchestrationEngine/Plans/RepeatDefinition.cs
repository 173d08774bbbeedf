using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>Has a task or a phase done again until a condition holds. Each turn is a new generation; the outputs of the turns can be read as a list.</summary>
public sealed record RepeatDefinition
{
    /// <summary>Read at the end of each turn: true ends the loop.</summary>
    public required ConditionExpression Until { get; init; }

    /// <summary>How many turns there are at most; from 1 to 100,000. There is no default: a loop without an end is an error of the plan.</summary>
    public required int Max { get; init; }

    /// <summary>How long to wait before each further turn; null for not at all.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>What it means that the condition does not hold after the last turn. The default is <see cref="ExhaustedLoop.Fail"/>.</summary>
    public ExhaustedLoop OnExhausted { get; init; }
}

/// <summary>What it means that the condition of a loop does not hold after its last turn.</summary>
public enum ExhaustedLoop
{
    /// <summary>The task or phase fails.</summary>
    Fail,

    /// <summary>It is done all the same.</summary>
    Continue,
}
