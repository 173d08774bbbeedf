namespace OrchestrationEngine.Plans;

/// <summary>What came of verifying a plan.</summary>
public sealed record PlanVerification
{
    /// <summary>What keeps the plan from running, in the order of the plan, circular orders and joins last. Empty when it can run.</summary>
    public required IReadOnlyList<PlanProblem> Problems { get; init; }

    /// <summary>What the plan can run with, but probably should not have.</summary>
    public required IReadOnlyList<PlanProblem> Warnings { get; init; }

    /// <summary>Whether the plan can run.</summary>
    public bool IsValid => Problems.Count == 0;
}
