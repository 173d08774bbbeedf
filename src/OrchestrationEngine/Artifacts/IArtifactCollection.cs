using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>Removes contents that no run needs. Nodes do it from time to time by themselves; this is for doing it now.</summary>
#pragma warning disable CA1711 // A collection as of garbage, by the name that everybody knows it by; not one of things.
public interface IArtifactCollection
#pragma warning restore CA1711
{
    /// <summary>
    /// Looks at what has not been needed for the grace period: a link stays when the journal of its run names the content, wherever it does; the others, those of
    /// runs that are gone, contents without a link, and remembered results that are too old are removed. Several may do so at the same time.
    /// </summary>
    /// <param name="cancellationToken">Ends the collection; what was removed is.</param>
    Task<CollectionReport> CollectAsync(CancellationToken cancellationToken = default);
}

/// <summary>What a collection has done.</summary>
public sealed record CollectionReport
{
    /// <summary>How many links were found in the journals of their runs; they are not looked for again.</summary>
    public int Confirmed { get; init; }

    /// <summary>How many links were removed, because their run is gone or its journal does not name the content.</summary>
    public int Unlinked { get; init; }

    /// <summary>How many contents were removed.</summary>
    public int Contents { get; init; }

    /// <summary>How many bytes they had.</summary>
    public long Bytes { get; init; }

    /// <summary>How many remembered results were removed.</summary>
    public int Memos { get; init; }

    /// <summary>Runs whose journals could not be read; their contents are kept.</summary>
    public IReadOnlyList<CollectionProblem> Problems { get; init; } = [];
}

/// <summary>A run whose contents are kept because it is not known which it needs.</summary>
/// <param name="Run">The run.</param>
/// <param name="Message">Why.</param>
public sealed record CollectionProblem(RunId Run, string Message);
