using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>There is no such content in the artifact store.</summary>
public sealed class ArtifactNotFoundException : OrchestrationException
{
    internal ArtifactNotFoundException(string message)
        : base(message)
    {
    }

    /// <summary>Which content.</summary>
    public ContentDigest Digest { get; private init; }

    internal static ArtifactNotFoundException Refused(ContentDigest digest, string message) => new(message) { Digest = digest };

    /// <summary>For a content that is not there. Stores throw it.</summary>
    /// <param name="digest">Which content.</param>
    public static ArtifactNotFoundException Of(ContentDigest digest)
        => new($"The artifact store has no content {digest}. It was removed with its runs, or the engine uses another store than the one it was written to.") { Digest = digest };
}

/// <summary>A content in the artifact store is not what was written.</summary>
public sealed class ArtifactDamagedException : OrchestrationException
{
    internal ArtifactDamagedException(string message)
        : base(message)
    {
    }

    /// <summary>Which content.</summary>
    public ContentDigest Digest { get; private init; }

    /// <summary>For a content whose bytes give another digest. Stores throw it while it is read.</summary>
    /// <param name="digest">Which content.</param>
    /// <param name="found">The digest of what is there; the default where it was not computed.</param>
    /// <param name="place">Where it is kept, for the person who must look; null where the store has no such places.</param>
    public static ArtifactDamagedException Of(ContentDigest digest, ContentDigest found = default, string? place = null)
        => Because(digest, found.IsNone ? "it has not the size that was written" : $"what is there has the digest {found}", place);

    /// <summary>For a content that can't even be read. Stores throw it.</summary>
    /// <param name="digest">Which content.</param>
    /// <param name="problem">What is wrong with it, as <c>there is a folder in its place</c>.</param>
    /// <param name="place">Where it is kept, for the person who must look; null where the store has no such places.</param>
    public static ArtifactDamagedException Because(ContentDigest digest, string problem, string? place = null)
        => new($"The content {digest} is damaged{(place is null ? "" : $" ({place})")}: {problem}. Restore it from a copy, or have the task that made it done again.") { Digest = digest };
}

/// <summary>A content is larger than it may be.</summary>
public sealed class ArtifactTooLargeException : OrchestrationException
{
    internal ArtifactTooLargeException(string message)
        : base(message)
    {
    }

    /// <summary>For a content that is too large. Stores throw it.</summary>
    /// <param name="maxBytes">How large it may be.</param>
    public static ArtifactTooLargeException Of(long maxBytes)
        => new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The content has more than {maxBytes:N0} bytes, which is the most that is allowed (MaxArtifactBytes); nothing of it was stored."));
}
