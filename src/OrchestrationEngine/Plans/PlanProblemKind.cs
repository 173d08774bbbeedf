namespace OrchestrationEngine.Plans;

/// <summary>A kind of problem that a plan can have. The kinds are listed in <see cref="PlanProblemKinds"/> and explained in <c>docs/plan-problems.md</c>.</summary>
public sealed record PlanProblemKind
{
    internal PlanProblemKind(string code, PlanProblemSeverity severity, string meaning, string remedy)
        => (Code, Severity, Meaning, Remedy) = (code, severity, meaning, remedy);

    /// <summary>The code: <c>OE1303</c>. It never gets another meaning.</summary>
    public string Code { get; }

    /// <summary>Whether it keeps a plan from running.</summary>
    public PlanProblemSeverity Severity { get; }

    /// <summary>What it means.</summary>
    public string Meaning { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }
}

/// <summary>Whether a problem keeps a plan from running.</summary>
public enum PlanProblemSeverity
{
    /// <summary>The plan can't run.</summary>
    Error,

    /// <summary>The plan can run, but probably does not what its author wants.</summary>
    Warning,
}
