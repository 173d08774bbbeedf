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

    /// <summary>
    /// What the plan can run with but probably should not have, in the order of the file: what <see cref="PlanVerifier.Inspect"/> warns of and, when the plan was
    /// not read with <see cref="PlanReadOptions.Strict"/>, what was ignored.
    /// </summary>
    public IReadOnlyList<PlanProblem> Warnings { get; init; } = [];

    /// <summary>The plan.</summary>
    /// <exception cref="PlanInvalidException">There are problems; the exception has all of them.</exception>
    public OrchestrationPlan GetPlan() => Plan ?? throw new PlanInvalidException(PlanId, Problems);
}
