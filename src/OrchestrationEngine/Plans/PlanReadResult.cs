namespace OrchestrationEngine.Plans;

/// <summary>What came of reading a plan: the plan, or what is wrong with it.</summary>
public sealed record PlanReadResult
{
    /// <summary>The plan; null when there are problems.</summary>
    public OrchestrationPlan? Plan { get; init; }

    /// <summary>The plan's id where it could be read, also when there are problems; otherwise null.</summary>
    public string? PlanId { get; init; }

    /// <summary>What is wrong, in the order of the file. Empty when there is a plan.</summary>
    public IReadOnlyList<PlanProblem> Problems { get; init; } = [];

    /// <summary>What was ignored, in the order of the file. Empty when the plan was read with <see cref="PlanReadOptions.Strict"/>.</summary>
    public IReadOnlyList<PlanProblem> Warnings { get; init; } = [];

    /// <summary>The plan.</summary>
    /// <exception cref="PlanInvalidException">There are problems; the exception has all of them.</exception>
    public OrchestrationPlan GetPlan() => Plan ?? throw new PlanInvalidException(PlanId, Problems);
}
