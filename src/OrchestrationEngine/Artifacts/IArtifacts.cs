using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>The artifacts of a run, as one attempt at a task sees them. May be used from many threads at once, not after the attempt has ended.</summary>
public interface IArtifacts
{
    /// <summary>
    /// Stores a content beside the journal. It becomes an artifact of the run, in the next version of its name, when the attempt succeeds; what an
    /// attempt wrote that fails is removed later. Reads it in pieces, so that its size costs no memory.
    /// </summary>
    /// <param name="name">The name: see <see cref="SafeName"/>. Names of artifacts are shared by all tasks of the run.</param>
    /// <param name="content">The content, from where the stream is to its end. It is not disposed.</param>
    /// <param name="mediaType">The media type (RFC 6838); null for the one of the name's ending, or <c>application/octet-stream</c>.</param>
    /// <param name="cancellationToken">Ends the writing; nothing of it is kept then.</param>
    /// <returns>What stands for it: in the output (<see cref="ArtifactReference.ToJson"/>), and wherever it is opened.</returns>
    /// <exception cref="UnsafePathException">The name is not safe.</exception>
    /// <exception cref="ArtifactTooLargeException">The content has more than <c>MaxArtifactBytes</c>.</exception>
    ValueTask<ArtifactReference> WriteAsync(string name, Stream content, string? mediaType = null, CancellationToken cancellationToken = default);

    /// <summary>Opens a content to be read from its beginning. It counts as a source of what the attempt makes.</summary>
    /// <param name="artifact">The reference, from an input or from <see cref="FindAsync"/>.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>A stream that can only be read, forward, and that fails before the end of a content that is not what was stored. The caller disposes of it.</returns>
    /// <exception cref="ArtifactNotFoundException">The content is not there any more.</exception>
    ValueTask<Stream> OpenReadAsync(ArtifactReference artifact, CancellationToken cancellationToken = default);

    /// <summary>Finds an artifact of the run: one that an attempt made that has succeeded. What broke its contract is not found.</summary>
    /// <param name="name">The name.</param>
    /// <param name="version">The version, from 1; null for the latest, which costs nothing: for another one the run's journal is read.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The reference, or null.</returns>
    ValueTask<ArtifactReference?> FindAsync(string name, int? version = null, CancellationToken cancellationToken = default);
}
