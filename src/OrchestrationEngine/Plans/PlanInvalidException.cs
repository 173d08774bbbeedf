namespace OrchestrationEngine.Plans;

/// <summary>A plan can't be read or can't be run. It carries every problem that was found, not only the first.</summary>
public sealed class PlanInvalidException : OrchestrationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="planId">The plan's id, or null when it is not known.</param>
    /// <param name="problems">What is wrong; at least one.</param>
    public PlanInvalidException(string? planId, IReadOnlyList<PlanProblem> problems)
        : base(Describe(planId, problems))
    {
        PlanId = planId;
        Problems = problems;
    }

    /// <summary>The plan's id, or null when it is not known.</summary>
    public string? PlanId { get; }

    /// <summary>What is wrong, in the order of the plan.</summary>
    public IReadOnlyList<PlanProblem> Problems { get; }

    private static string Describe(string? planId, IReadOnlyList<PlanProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var plan = planId is null ? "The plan" : $"Plan '{planId}'";
        var count = problems.Count == 1 ? "one problem" : $"{problems.Count} problems";
        return $"{plan} has {count}:{Environment.NewLine}{string.Join(Environment.NewLine, problems.Select(problem => "  " + problem))}";
    }
}
