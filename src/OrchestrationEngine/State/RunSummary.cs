using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>The narrow row about a run.</summary>
public sealed record RunSummary
{
    /// <summary>The run's id.</summary>
    public required RunId Id { get; init; }

    /// <summary>The id of its plan.</summary>
    public required string PlanId { get; init; }

    /// <summary>The version of its plan.</summary>
    public required string PlanVersion { get; init; }

    /// <summary>The application's own key, or null.</summary>
    public string? BusinessKey { get; init; }

    /// <summary>Where the run stands.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>The number of its last fact.</summary>
    public required long Version { get; init; }

    /// <summary>Its epoch, which grows whenever a lease on it begins or ends.</summary>
    public long Epoch { get; init; }

    /// <summary>The node that has the lease on it; null for none.</summary>
    public NodeId? Node { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its last fact was decided.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Which runs to list.</summary>
public sealed record RunQuery
{
    /// <summary>The largest page.</summary>
    public const int MaxPageSize = 1000;

    /// <summary>Only runs in one of these states; null or empty for all.</summary>
    public IReadOnlyList<RunStatus>? Statuses { get; init; }

    /// <summary>Only runs of this plan; null for all.</summary>
    public string? PlanId { get; init; }

    /// <summary>Only the run with this business key; null for all.</summary>
    public string? BusinessKey { get; init; }

    /// <summary>Only runs whose last fact was decided before this time; null for all.</summary>
    public DateTimeOffset? UpdatedBefore { get; init; }

    /// <summary>How many rows at most, from 1 to <see cref="MaxPageSize"/>. The default is 100.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>Where the page begins: the <see cref="Page{T}.Continuation"/> of the page before it; null for the first.</summary>
    public string? Continuation { get; init; }
}

/// <summary>One page of a list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">The rows.</param>
/// <param name="Continuation">What to ask the next page with; null when this is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Continuation);
