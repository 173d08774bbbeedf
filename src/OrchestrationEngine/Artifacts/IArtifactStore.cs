using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>
/// Keeps contents by their SHA-256: each once, whoever wrote it. A content stays as long as a run has a link to it, and for a grace period after it was
/// written or linked last.
/// </summary>
/// <remarks>
/// Implementations must pass <c>ArtifactStoreConformance</c>, which is the precise form of this contract. All members may be called from many threads
/// and processes at once. What one call wrote, each later one sees.
/// </remarks>
public interface IArtifactStore
{
    /// <summary>Stores a content for a run and links it. Reads it in pieces, so that its size costs no memory; it is there as a whole or not at all.</summary>
    /// <param name="run">The run.</param>
    /// <param name="content">The content, from where the stream is to its end. It is not disposed.</param>
    /// <param name="maxBytes">How large it may be.</param>
    /// <param name="cancellationToken">Cancels before the content is there.</param>
    /// <returns>Its digest and size. Content that was there already is not stored again.</returns>
    /// <exception cref="ArtifactTooLargeException">It is larger; nothing was stored.</exception>
    ValueTask<StoredContent> PutAsync(RunId run, Stream content, long maxBytes, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a content to be read from its beginning. The stream computes its digest on the way, and fails before it gives the end of a content that is
    /// not what was stored: whoever reads to the end has read what was written.
    /// </summary>
    /// <param name="digest">Which content.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>A stream that can only be read, forward. Reading it throws <see cref="ArtifactDamagedException"/> where the content is damaged.</returns>
    /// <exception cref="ArtifactNotFoundException">There is no such content.</exception>
    ValueTask<Stream> OpenReadAsync(ContentDigest digest, CancellationToken cancellationToken);

    /// <summary>Looks whether a content is there.</summary>
    /// <param name="digest">Which content.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Its size in bytes, or null.</returns>
    ValueTask<long?> FindAsync(ContentDigest digest, CancellationToken cancellationToken);

    /// <summary>Links contents to a run, or says of links that are there that they are needed from now on. Together or not at all.</summary>
    /// <param name="run">The run.</param>
    /// <param name="digests">Which contents.</param>
    /// <param name="cancellationToken">Cancels before they are linked.</param>
    /// <returns>The contents that are not there; where there is one, nothing was linked.</returns>
    ValueTask<IReadOnlyList<ContentDigest>> LinkAsync(RunId run, IReadOnlyCollection<ContentDigest> digests, CancellationToken cancellationToken);

    /// <summary>Reads links, ordered by run and digest.</summary>
    /// <param name="after">The last link of the page before; null for the first page.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    ValueTask<IReadOnlyList<ArtifactLink>> ListLinksAsync(ArtifactLink? after, int most, CancellationToken cancellationToken);

    /// <summary>Notes of links that the journal of their run is known to name the content.</summary>
    /// <param name="run">The run.</param>
    /// <param name="digests">Which contents.</param>
    /// <param name="cancellationToken">Cancels before it is noted.</param>
    ValueTask ConfirmAsync(RunId run, IReadOnlyCollection<ContentDigest> digests, CancellationToken cancellationToken);

    /// <summary>Removes links of a run that were made or renewed last before a time; later ones stay.</summary>
    /// <param name="run">The run.</param>
    /// <param name="digests">Which contents; null for all links of the run.</param>
    /// <param name="before">The time.</param>
    /// <param name="cancellationToken">Cancels before they are removed.</param>
    /// <returns>How many were removed.</returns>
    ValueTask<int> UnlinkAsync(RunId run, IReadOnlyCollection<ContentDigest>? digests, DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Removes contents without a link that were written or linked last before a time.</summary>
    /// <param name="before">The time.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Ends the removing; what was removed is.</param>
    /// <returns>How many contents and bytes were removed; fewer contents than <paramref name="most"/> when there are no more.</returns>
    ValueTask<CollectedContents> CollectAsync(DateTimeOffset before, int most, CancellationToken cancellationToken);
}

/// <summary>A content that is stored.</summary>
/// <param name="Digest">What finds it.</param>
/// <param name="Size">Its size in bytes.</param>
public readonly record struct StoredContent(ContentDigest Digest, long Size);

/// <summary>A run that needs a content.</summary>
/// <param name="Run">The run.</param>
/// <param name="Digest">The content.</param>
/// <param name="LinkedAt">When the link was made or renewed last.</param>
/// <param name="IsConfirmed">Whether the journal of the run is known to name the content.</param>
public sealed record ArtifactLink(RunId Run, ContentDigest Digest, DateTimeOffset LinkedAt, bool IsConfirmed);

/// <summary>What a collection removed.</summary>
/// <param name="Contents">How many contents.</param>
/// <param name="Bytes">How many bytes they had.</param>
public readonly record struct CollectedContents(int Contents, long Bytes);
