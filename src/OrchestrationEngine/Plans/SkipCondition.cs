using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>When a phase or task is left out, and why.</summary>
public sealed record SkipCondition
{
    /// <summary>Read when the phase or task would start; true leaves it out.</summary>
    public required ConditionExpression Condition { get; init; }

    /// <summary>Why, for people; null for the text of the condition.</summary>
    public string? Reason { get; init; }
}
