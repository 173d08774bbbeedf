using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Bundles;

/// <summary>What a bundle file has of a run that has ended; all of it was verified.</summary>
public sealed record RunArchive
{
    /// <summary>The run.</summary>
    public required RunId Run { get; init; }

    /// <summary>The run's own copy of its plan.</summary>
    public required OrchestrationPlan Plan { get; init; }

    /// <summary>The application's own key, or null.</summary>
    public string? BusinessKey { get; init; }

    /// <summary>How it ended.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Its journal, from the first fact to the last.</summary>
    public required IReadOnlyList<RecordedEvent> Events { get; init; }

    /// <summary>The contents that its journal names and that are in the bundle.</summary>
    public IReadOnlyList<StoredContent> Contents { get; init; } = [];

    /// <summary>
    /// The digests that its journal names and whose contents were not in the artifact store when it was written: removed ones, and texts that only look so.
    /// </summary>
    public IReadOnlyList<ContentDigest> MissingContents { get; init; } = [];

    /// <summary>The name of the key whose signature was verified; null where none was.</summary>
    public string? SignedBy { get; init; }
}
