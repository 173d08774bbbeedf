namespace OrchestrationEngine.Plans;

/// <summary>How large a plan may be. A plan over a limit is refused with an error that names the limit and the plan's own number.</summary>
public sealed record PlanLimits
{
    /// <summary>The limits that hold where none are given.</summary>
    public static readonly PlanLimits Default = new();

    /// <summary>The largest plan file, in bytes. The default is 64 MiB.</summary>
    public long MaxBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>The deepest nesting of a plan file. The default is 64.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>The most phases. The default is 10,000.</summary>
    public int MaxPhases { get; init; } = 10_000;

    /// <summary>The most tasks. The default is 1,000,000.</summary>
    public int MaxTasks { get; init; } = 1_000_000;

    /// <summary>The most edges between tasks, from <c>dependsOn</c>, from inputs and from the order of sequential phases, equal ones counted once. The default is 10,000,000.</summary>
    public int MaxEdges { get; init; } = 10_000_000;

    /// <summary>The longest id, in characters. The default is 256.</summary>
    public int MaxIdLength { get; init; } = 256;

    /// <summary>The largest literal value of an input, in bytes. The default is 1 MiB.</summary>
    public int MaxLiteralBytes { get; init; } = 1024 * 1024;

    /// <summary>How deep plans may stand in each other (<see cref="SubPlanDefinition.Inline"/>). The default is 8.</summary>
    public int MaxNestedPlans { get; init; } = 8;

    /// <summary>How many problems are reported before the list is cut, with a last entry that says so. The default is 200.</summary>
    public int MaxProblems { get; init; } = 200;
}
