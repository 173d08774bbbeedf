using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Workspaces;

/// <summary>What became of a write to the workspace.</summary>
public sealed record WriteResult
{
    /// <summary>What became of it.</summary>
    public required WriteOutcome Outcome { get; init; }

    /// <summary>Whether the document has what was written.</summary>
    public bool IsAccepted => Outcome is WriteOutcome.Written or WriteOutcome.Merged;

    /// <summary>The version that it made; the current one where there is a conflict, or where nothing had to be written; otherwise 0.</summary>
    public long Version { get; init; }

    /// <summary>The text of <see cref="Version"/>, where it is not what was written: after a merge, and where there is a conflict. Otherwise null.</summary>
    public string? Text { get; init; }

    /// <summary>The id of the conflict, where the write was set aside; otherwise null.</summary>
    public string? Conflict { get; init; }

    /// <summary>Why it was refused; otherwise null.</summary>
    public WriteRefusal? Refusal { get; init; }

    /// <summary>What happened and what to do, in a sentence; null where it was written as it is.</summary>
    public string? Message { get; init; }

    /// <summary>Everything that is wrong with the text, where it breaks the document's contract; otherwise empty.</summary>
    public IReadOnlyList<ContractViolation> Violations { get; init; } = [];

    internal static WriteResult Refused(WriteRefusal reason, string message) => new() { Outcome = WriteOutcome.Refused, Refusal = reason, Message = message };
}

/// <summary>What became of a write to the workspace.</summary>
public enum WriteOutcome
{
    /// <summary>It is the next version.</summary>
    Written,

    /// <summary>The next version has it together with what others changed meanwhile.</summary>
    Merged,

    /// <summary>Another version is current by now, and nothing was written. Look at its text, and try again from there.</summary>
    Conflict,

    /// <summary>Another version is current by now; the write is kept for a person to decide.</summary>
    SetAside,

    /// <summary>It was refused, and trying again as it is changes nothing.</summary>
    Refused,
}

/// <summary>What may be said with a write.</summary>
public sealed record WriteOptions
{
    /// <summary>Why, for the history; null for nothing.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The caller's own id for the write, unique for the document: what was written under it before is not written again, and the answer is the version that it
    /// made. It is remembered for the run's latest 10,000 writes with ids. Null for none; up to 200 characters, and not beginning with <c>~</c>.
    /// </summary>
    public string? Id { get; init; }
}

/// <summary>A version of a document.</summary>
/// <param name="Document">The document.</param>
/// <param name="Version">The number of the version, from 1.</param>
/// <param name="Text">The text.</param>
public sealed record DocumentText(string Document, long Version, string Text);

/// <summary>A version of a document in its history.</summary>
public sealed record DocumentVersion
{
    /// <summary>The document.</summary>
    public required string Document { get; init; }

    /// <summary>The number of the version, from 1.</summary>
    public required long Version { get; init; }

    /// <summary>The number of the fact in the run's journal.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who made it.</summary>
    public required WorkspaceAuthor Author { get; init; }

    /// <summary>How it came to be.</summary>
    public required DocumentChange How { get; init; }

    /// <summary>The version that its author had seen, where that is not the one before; otherwise null.</summary>
    public long? Seen { get; init; }

    /// <summary>Why, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>The conflict that it settles; null for none.</summary>
    public string? Conflict { get; init; }

    /// <summary>The SHA-256 of what the author brought: the whole text, or what was added.</summary>
    public required ContentDigest Digest { get; init; }

    /// <summary>The size of that in bytes of UTF-8.</summary>
    public required int Size { get; init; }
}

/// <summary>A document can't be read.</summary>
public sealed class WorkspaceException : OrchestrationException
{
    internal WorkspaceException(string message)
        : base(message)
    {
    }

    internal WorkspaceException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
