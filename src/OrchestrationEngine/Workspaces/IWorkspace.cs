using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Workspaces;

/// <summary>
/// The shared documents of a run. Each document is a text with versions; each write makes the next version, or is not taken. No write that was taken is
/// ever lost: what it brought is in the run's journal.
/// </summary>
/// <remarks>
/// All members may be called from many threads at once. Who writes says which version it has seen; when another one is current by then, the document's
/// policy decides (<see cref="Plans.DocumentMerge"/>). What can go wrong with a write is data, not an exception.
/// </remarks>
public interface IWorkspace
{
    /// <summary>The run.</summary>
    RunId Run { get; }

    /// <summary>Reads a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="version">Which version; null for the current one.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The text with its version; null when there is no such document or version.</returns>
    /// <exception cref="WorkspaceException">The document is not for this reader, or its text can't be had.</exception>
    Task<DocumentText?> ReadAsync(string document, long? version = null, CancellationToken cancellationToken = default);

    /// <summary>Writes the next version of a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="text">All of its text.</param>
    /// <param name="baseVersion">The version that the text was made from; 0 when there must be no such document yet.</param>
    /// <param name="options">The reason, and an id by which the write is made once; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting; the write may still be made.</param>
    Task<WriteResult> WriteAsync(string document, string text, long baseVersion, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Adds a text at the end of a document, whatever its current version is. Logs are written so.</summary>
    /// <param name="document">The document; it is made where there is none.</param>
    /// <param name="text">What is added, as it is: with its line end, where there is to be one.</param>
    /// <param name="options">The reason, and an id by which the text is added once; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting; the text may still be added.</param>
    Task<WriteResult> AppendAsync(string document, string text, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Adds a line with its source to a log: <c>- 2026-11-21T07:00:00Z task build, attempt 2 (coder): TEXT</c>, the time in UTC. Breaks in the text become blanks.</summary>
    /// <param name="document">The log; it is made where there is none.</param>
    /// <param name="text">The text.</param>
    /// <param name="options">The reason, and an id by which the line is added once; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting; the line may still be added.</param>
    Task<WriteResult> LogAsync(string document, string text, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Lists the documents that this reader may read, in the order in which they came to be.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<DocumentSummary>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads the history of a document: who made which version when, how and why. It reads the part of the run's journal that it spans.</summary>
    /// <param name="document">The document.</param>
    /// <param name="afterVersion">Only versions after this one; 0 for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="WorkspaceException">The document is not for this reader.</exception>
    IAsyncEnumerable<DocumentVersion> ReadHistoryAsync(string document, long afterVersion = 0, CancellationToken cancellationToken = default);

    /// <summary>Watches the workspace: the facts about documents so far, then each as it is stored, without a gap or a duplicate. Ends when the run does.</summary>
    /// <param name="afterSequence">Only facts after this number (<see cref="RecordedEvent.Sequence"/>); 0 for all.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
    /// <returns>Facts of the types <see cref="WorkspaceWritten"/>, <see cref="WorkspaceSetAside"/> and <see cref="WorkspaceResolved"/>, of documents that this reader may read.</returns>
    IAsyncEnumerable<RecordedEvent> WatchAsync(long afterSequence = 0, CancellationToken cancellationToken = default);
}

/// <summary>The workspace of a run as a person sees it, who may read and write all, and settles conflicts.</summary>
public interface IRunWorkspace : IWorkspace
{
    /// <summary>Lists the conflicts that nobody has settled yet, the oldest first.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<DocumentConflict>> ListConflictsAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads the text of a write that was set aside.</summary>
    /// <param name="conflict">The id of the conflict.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The text; null when there is no such open conflict.</returns>
    Task<string?> ReadConflictAsync(string conflict, CancellationToken cancellationToken = default);

    /// <summary>Settles a conflict.</summary>
    /// <param name="conflict">The id of the conflict.</param>
    /// <param name="resolution">What holds from now on.</param>
    /// <param name="reason">Why; it goes into the journal.</param>
    /// <param name="cancellationToken">Ends the waiting; the conflict may still be settled.</param>
    /// <returns>The version that holds, or why it could not be settled.</returns>
    Task<WriteResult> ResolveConflictAsync(string conflict, ConflictResolution resolution, string reason, CancellationToken cancellationToken = default);
}

/// <summary>What a person decides about a conflict.</summary>
public sealed record ConflictResolution
{
    private ConflictResolution()
    {
    }

    /// <summary>The document stays as it stands.</summary>
    public static ConflictResolution TakeCurrent { get; } = new() { Choice = ConflictChoice.Current };

    /// <summary>The write that was set aside becomes the next version.</summary>
    public static ConflictResolution TakeSetAside { get; } = new() { Choice = ConflictChoice.SetAside };

    /// <summary>What holds.</summary>
    public ConflictChoice Choice { get; private init; }

    /// <summary>The text, where it is another one; otherwise null.</summary>
    public string? Text { get; private init; }

    /// <summary>The version of the document that was looked at; null for whichever is current. When another one is current by then, nothing is settled.</summary>
    public long? BaseVersion { get; init; }

    /// <summary>Another text becomes the next version.</summary>
    /// <param name="text">The text.</param>
    public static ConflictResolution Take(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ConflictResolution { Choice = ConflictChoice.Text, Text = text };
    }
}
