using System.Text.Json.Serialization;

namespace OrchestrationEngine.Runs;

/// <summary>A fact about a document of the run's workspace that brings a text.</summary>
public abstract record WorkspaceEvent : RunEvent
{
    private protected WorkspaceEvent()
    {
    }

    /// <summary>The document.</summary>
    [JsonPropertyOrder(-2)]
    public required string Document { get; init; }

    /// <summary>The text, where it is small; null where it is kept beside the journal.</summary>
    public string? Text { get; init; }

    /// <summary>Finds the text (UTF-8) in the artifact store, where it is not small; otherwise none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ContentDigest Content { get; init; }

    /// <summary>The size of the text in bytes of UTF-8.</summary>
    public required int Size { get; init; }

    /// <summary>Who wrote it.</summary>
    public required WorkspaceAuthor Author { get; init; }

    /// <summary>Why, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>The id of the write, by which it is made once; null for what the engine writes by itself.</summary>
    public string? Id { get; init; }
}

/// <summary>A document has another version.</summary>
public sealed record WorkspaceWritten : WorkspaceEvent
{
    /// <inheritdoc/>
    public override string Type => "workspace.written";

    /// <summary>The number of the version, from 1; it follows the one before, which it replaces or adds to.</summary>
    public required long Version { get; init; }

    /// <summary>How it came to be. What the fact brings is the whole text, or what was added with <see cref="DocumentChange.Append"/>.</summary>
    public required DocumentChange How { get; init; }

    /// <summary>The version that the author had seen, where that is not the one before; otherwise null.</summary>
    public long? Seen { get; init; }

    /// <summary>The conflict that it settles; null for none.</summary>
    public string? Conflict { get; init; }
}

/// <summary>Somebody wrote a document without having seen its current version, and the write waits for a person to decide.</summary>
public sealed record WorkspaceSetAside : WorkspaceEvent
{
    /// <inheritdoc/>
    public override string Type => "workspace.set_aside";

    /// <summary>The id of the conflict, unique in the run.</summary>
    public required string Conflict { get; init; }

    /// <summary>The version that the author had seen; 0 for none.</summary>
    public required long Seen { get; init; }

    /// <summary>The version that there was.</summary>
    public required long Current { get; init; }

    /// <summary>Who is told, where the document names somebody; otherwise null.</summary>
    public string? To { get; init; }
}

/// <summary>A person decided about a write that was set aside. Where that makes a version, it follows.</summary>
public sealed record WorkspaceResolved : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "workspace.resolved";

    /// <summary>The document.</summary>
    [JsonPropertyOrder(-2)]
    public required string Document { get; init; }

    /// <summary>The conflict.</summary>
    public required string Conflict { get; init; }

    /// <summary>What holds now.</summary>
    public required ConflictChoice Choice { get; init; }

    /// <summary>Who decided.</summary>
    public required WorkspaceAuthor Author { get; init; }

    /// <summary>Why, or null.</summary>
    public string? Reason { get; init; }
}

/// <summary>How a version of a document came to be.</summary>
public enum DocumentChange
{
    /// <summary>The plan says what the document has in it when the run starts.</summary>
    Initial,

    /// <summary>It was written by somebody who had seen the version before.</summary>
    Write,

    /// <summary>Something was added at its end.</summary>
    Append,

    /// <summary>It was written by somebody who had not seen the version before, and both changes are in it.</summary>
    Merge,

    /// <summary>It was written by somebody who had not seen the version before, and the last writer wins.</summary>
    Overwrite,

    /// <summary>A person settled a conflict.</summary>
    Resolve,
}

/// <summary>What holds after a conflict.</summary>
public enum ConflictChoice
{
    /// <summary>The document as it stands.</summary>
    Current,

    /// <summary>The write that was set aside.</summary>
    SetAside,

    /// <summary>Another text.</summary>
    Text,
}

/// <summary>Who wrote something into the workspace: an attempt at a task, or a person; nobody of both where the plan did.</summary>
public sealed record WorkspaceAuthor
{
    /// <summary>The task; null where it was no attempt.</summary>
    public string? Task { get; init; }

    /// <summary>The item of the task, from 0, where it is done for each item of a list; otherwise null.</summary>
    public int? Item { get; init; }

    /// <summary>The number of the attempt; null where it was none.</summary>
    public int? Attempt { get; init; }

    /// <summary>The registered agent; null where it was no attempt.</summary>
    public string? Agent { get; init; }

    /// <summary>The name of the person, or of the program outside; null where it was an attempt.</summary>
    public string? Person { get; init; }

    /// <summary>The author in words: <c>task build, attempt 2 (coder)</c>, or the person's name.</summary>
    public override string ToString()
        => Task is null ? Person ?? "the plan" : FormattableString.Invariant($"task {Task}{(Item is { } item ? FormattableString.Invariant($"[{item}]") : "")}, attempt {Attempt} ({Agent})");
}
