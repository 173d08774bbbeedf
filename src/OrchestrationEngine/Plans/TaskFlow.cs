using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>What few tasks say. Immutable.</summary>
internal sealed record TaskFlow
{
    public static readonly TaskFlow None = new();

    public WaitDefinition? Wait { get; init; }

    public SubPlanDefinition? SubPlan { get; init; }

    public EndDefinition? End { get; init; }

    public JoinDefinition Join { get; init; } = JoinDefinition.All;

    public ConditionExpression? When { get; init; }

    public SkipCondition? SkipWhen { get; init; }

    public string? Choice { get; init; }

    public RepeatDefinition? Repeat { get; init; }

    public ForEachDefinition? ForEach { get; init; }

    public ConditionExpression? Guard { get; init; }

    public TimeSpan? GuardTimeout { get; init; }

    public IReadOnlyList<string> Locks { get; init; } = [];

    public IReadOnlyList<ResourceUse> Resources { get; init; } = [];

    public IReadOnlyList<string> Reads { get; init; } = [];

    public IReadOnlyList<string> Writes { get; init; } = [];

    public IReadOnlyList<string> Exclusive { get; init; } = [];

    public TaskCriticality Criticality { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public TimeSpan? EstimateP90 { get; init; }

    public long? EstimatedTokens { get; init; }

    public decimal? EstimatedCost { get; init; }

    public ContractUse? Contract { get; init; }

    public OnViolation OnViolation { get; init; }

    public MemoDefinition? Memo { get; init; }
}
