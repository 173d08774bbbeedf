namespace OrchestrationEngine.Plans;

/// <summary>What a verification found. For one thread.</summary>
internal sealed class PlanFindings(int limit)
{
    public PlanProblemList Problems { get; } = new(limit);

    public PlanProblemList Warnings { get; } = new(limit);

    /// <summary>The list to which a kind of problem belongs.</summary>
    public PlanProblemList Of(PlanProblemKind kind) => kind.Severity == PlanProblemSeverity.Error ? Problems : Warnings;
}
