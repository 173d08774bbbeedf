using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Retention;

/// <summary>Which runs that have ended are removed from the store, and when.</summary>
public sealed record RetentionRule
{
    private static readonly RunStatus[] Ended = [.. Enum.GetValues<RunStatus>().Where(static status => status.IsTerminal())];

    /// <summary>Only runs of this plan; null for all.</summary>
    public string? PlanId { get; init; }

    /// <summary>Only runs that ended like this; null or empty for all that have ended.</summary>
    public IReadOnlyList<RunStatus>? Statuses { get; init; }

    /// <summary>How long after its last fact a run is kept; zero or more.</summary>
    public required TimeSpan After { get; init; }

    /// <summary>Where each run is archived before it is removed: a folder, which is made where it is missing. Null keeps nothing of it.</summary>
    public string? ArchiveFolder { get; init; }

    internal IReadOnlyList<RunStatus> WantedStatuses => Statuses is { Count: > 0 } ? Statuses : Ended;

    /// <summary>What is wrong with the rule; null when nothing is.</summary>
    internal string? Problem()
    {
        if (After < TimeSpan.Zero)
        {
            return $"{nameof(After)} is {After}; expected zero or more.";
        }

        if (ArchiveFolder is not null && string.IsNullOrWhiteSpace(ArchiveFolder))
        {
            return $"{nameof(ArchiveFolder)} is empty; expected the path of a folder, or null for no archive.";
        }

        var living = WantedStatuses.Where(static status => !status.IsTerminal()).ToList();
        return living.Count == 0
            ? null
            : $"{nameof(Statuses)} has {string.Join(", ", living)}; expected only {string.Join(", ", Ended)}, for a run that has not ended is never removed.";
    }
}
