using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>Keeps results of tasks by what they depend on, so that another run takes them over. What is in it may be removed at any time: nothing depends on it.</summary>
/// <remarks>
/// Implementations must pass <c>MemoStoreConformance</c>, which is the precise form of this contract. All members may be called from many threads and
/// processes at once.
/// </remarks>
public interface IMemoStore
{
    /// <summary>Looks for a result.</summary>
    /// <param name="key">What it depends on, as a hash or another text of up to 200 characters. Compared character by character.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The result that was saved last under the key, or null.</returns>
    ValueTask<MemoEntry?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Keeps a result, in place of an earlier one with the same key.</summary>
    /// <param name="key">What it depends on.</param>
    /// <param name="entry">The result.</param>
    /// <param name="cancellationToken">Cancels before it is kept.</param>
    ValueTask SaveAsync(string key, MemoEntry entry, CancellationToken cancellationToken);

    /// <summary>Removes results that were made before a time.</summary>
    /// <param name="before">The time; compared with <see cref="MemoEntry.At"/>.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Cancels before they are removed.</param>
    /// <returns>How many were removed; fewer than <paramref name="most"/> when there are no more.</returns>
    ValueTask<int> PurgeAsync(DateTimeOffset before, int most, CancellationToken cancellationToken);
}

/// <summary>A result of a task, and where it comes from.</summary>
public sealed record MemoEntry
{
    /// <summary>The run that made it.</summary>
    public required RunId Run { get; init; }

    /// <summary>The task that made it.</summary>
    public required string Task { get; init; }

    /// <summary>The number of the item of a task that is done for each of many; otherwise null.</summary>
    public int? Item { get; init; }

    /// <summary>The attempt that made it.</summary>
    public required int Attempt { get; init; }

    /// <summary>The registered agent that made it.</summary>
    public required string Agent { get; init; }

    /// <summary>The output of the task, as the journal has it.</summary>
    public required JsonData Output { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The artifacts that the attempt made. Their contents may be gone since. Empty by default.</summary>
    public IReadOnlyList<ArtifactReference> Artifacts { get; init; } = [];
}
