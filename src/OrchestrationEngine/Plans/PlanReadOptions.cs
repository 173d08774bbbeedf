namespace OrchestrationEngine.Plans;

/// <summary>How a plan is read from JSON.</summary>
public sealed record PlanReadOptions
{
    /// <summary>The options that hold where none are given.</summary>
    public static readonly PlanReadOptions Default = new();

    /// <summary>For plans in a journal: they were verified when they came in, and limits that were changed since must not lock them out.</summary>
    internal static readonly PlanReadOptions Stored = new()
    {
        Strict = false,
        Verify = false,
        Limits = new PlanLimits
        {
            MaxBytes = long.MaxValue,
            MaxDepth = 1000,
            MaxPhases = int.MaxValue,
            MaxTasks = int.MaxValue,
            MaxEdges = int.MaxValue,
            MaxIdLength = int.MaxValue,
            MaxLiteralBytes = int.MaxValue,
            MaxNestedPlans = int.MaxValue,
        },
    };

    /// <summary>
    /// Whether a property that is not known is a problem. The default is true. When it is false such properties are ignored and reported
    /// as <see cref="PlanReadResult.Warnings"/>: a plan written for a later version of the format can then be read, without what is new in it.
    /// </summary>
    public bool Strict { get; init; } = true;

    /// <summary>
    /// Whether the plan is also verified, as by <see cref="PlanVerifier.Verify"/>. The default is true. Without it a plan may hold
    /// references to nothing and cycles; a plan that is to be run must be verified before.
    /// </summary>
    public bool Verify { get; init; } = true;

    /// <summary>How large the plan may be. The default is <see cref="PlanLimits.Default"/>.</summary>
    public PlanLimits Limits { get; init; } = PlanLimits.Default;
}
