using System.Globalization;
using System.Runtime.CompilerServices;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Workspaces;

/// <summary>The workspace of a run, for one who reads and writes. Safe to use from many threads; keeps nothing.</summary>
internal sealed class Workspace : IRunWorkspace
{
    private readonly IWorkspaceHost _host;
    private readonly DocumentReader _reader;
    private readonly DocumentWriter _writer;

    public Workspace(IWorkspaceHost host)
    {
        _host = host;
        _reader = new DocumentReader(host);
        _writer = new DocumentWriter(host, _reader);
    }

    public RunId Run => _host.Run;

    public async Task<DocumentText?> ReadAsync(string document, long? version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        var view = await ViewAsync(document, version, cancellationToken).ConfigureAwait(false);
        if (view.Place is not { } place)
        {
            return null;
        }

        var text = await _reader.TextOfAsync(document, place, cancellationToken).ConfigureAwait(false);
        _host.WasRead(document, place.Version);
        return new DocumentText(document, place.Version, text);
    }

    public Task<WriteResult> WriteAsync(string document, string text, long baseVersion, WriteOptions? options, CancellationToken cancellationToken)
        => _writer.WriteAsync(document, text, baseVersion, options, cancellationToken);

    public Task<WriteResult> AppendAsync(string document, string text, WriteOptions? options, CancellationToken cancellationToken)
        => _writer.AppendAsync(document, text, options, cancellationToken);

    public Task<WriteResult> LogAsync(string document, string text, WriteOptions? options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var line = $"- {_host.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)} {_host.AuthorName}: {text.ReplaceLineEndings(" ").Trim()}\n";
        return _writer.AppendAsync(document, line, options, cancellationToken);
    }

    public Task<IReadOnlyList<DocumentSummary>> ListAsync(CancellationToken cancellationToken)
        => _host.AskAsync<IReadOnlyList<DocumentSummary>>(
            state => [.. state.Documents.All.Where(document => DocumentView.MaySee(state, _host.Author, document.Name)).Select(document => DocumentSummary.Of(state, document))],
            cancellationToken);

    public async IAsyncEnumerable<DocumentVersion> ReadHistoryAsync(string document, long afterVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentOutOfRangeException.ThrowIfNegative(afterVersion);
        await ViewAsync(document, null, cancellationToken).ConfigureAwait(false);
        var (first, last) = await _host.AskAsync(
            state => state.Documents.Find(document) is { } found && found.Version > afterVersion ? (found.FactOf(afterVersion + 1), found.FactOf(found.Version)) : (1, 0),
            cancellationToken).ConfigureAwait(false);
        if (last == 0)
        {
            yield break;
        }

        await foreach (var recorded in _host.ReadAsync(first - 1, cancellationToken).ConfigureAwait(false))
        {
            if (recorded.Event is WorkspaceWritten written && written.Document == document)
            {
                yield return VersionOf(recorded, written);
            }

            if (recorded.Sequence >= last)
            {
                yield break;
            }
        }
    }

    public async IAsyncEnumerable<RecordedEvent> WatchAsync(long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);
        var seen = new Dictionary<string, bool>(StringComparer.Ordinal);
        await foreach (var recorded in _host.WatchAsync(afterSequence, cancellationToken).ConfigureAwait(false))
        {
            if (recorded.Event is PlanPatched or PlanMoved)
            {
                // Who may read what is another question from now on.
                seen.Clear();
            }

            var document = recorded.Event switch
            {
                WorkspaceEvent fact => fact.Document,
                WorkspaceResolved resolved => resolved.Document,
                _ => null,
            };
            if (document is null)
            {
                continue;
            }

            if (!seen.TryGetValue(document, out var may))
            {
                seen[document] = may = await MaySeeAsync(document, cancellationToken).ConfigureAwait(false);
            }

            if (may)
            {
                yield return recorded;
            }
        }
    }

    public Task<IReadOnlyList<DocumentConflict>> ListConflictsAsync(CancellationToken cancellationToken)
        => _host.AskAsync<IReadOnlyList<DocumentConflict>>(static state => [.. state.Documents.Conflicts.Select(DocumentConflict.Of)], cancellationToken);

    public async Task<string?> ReadConflictAsync(string conflict, CancellationToken cancellationToken)
        => await FindConflictAsync(conflict, cancellationToken).ConfigureAwait(false) is { } found ? await TextOfAsync(found, cancellationToken).ConfigureAwait(false) : null;

    public async Task<WriteResult> ResolveConflictAsync(string conflict, ConflictResolution resolution, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resolution);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (await FindConflictAsync(conflict, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return WriteResult.Refused(WriteRefusal.NoConflict, $"Run '{Run}' has no open conflict '{conflict}': there never was one, or it is settled.");
        }

        var text = resolution.Choice switch
        {
            ConflictChoice.SetAside => await TextOfAsync(found, cancellationToken).ConfigureAwait(false),
            ConflictChoice.Text => resolution.Text!,
            _ => "",
        };
        return await _writer.ResolveAsync(found, resolution, text, reason, cancellationToken).ConfigureAwait(false);
    }

    private static DocumentVersion VersionOf(in RecordedEvent recorded, WorkspaceWritten written) => new()
    {
        Document = written.Document,
        Version = written.Version,
        Sequence = recorded.Sequence,
        At = recorded.Timestamp,
        Author = written.Author,
        How = written.How,
        Seen = written.Seen,
        Reason = written.Reason,
        Conflict = written.Conflict,
        Digest = written.Text is { } text ? ContentDigest.Of(DocumentReader.Strict.GetBytes(text)) : written.Content,
        Size = written.Size,
    };

    private Task<bool> MaySeeAsync(string document, CancellationToken cancellationToken)
        => _host.AskAsync(state => DocumentView.MaySee(state, _host.Author, document), cancellationToken);

    private async Task<DocumentView> ViewAsync(string document, long? version, CancellationToken cancellationToken)
    {
        var view = await _host.AskAsync(state => DocumentView.Of(state, _host.Author, document, version), cancellationToken).ConfigureAwait(false);
        return view.MayRead ? view : throw new WorkspaceException($"Document '{document}' of run '{Run}' is not for this task. The plan names its readers: {string.Join(", ", view.Definition?.Readers ?? [])}.");
    }

    private Task<RunConflict?> FindConflictAsync(string conflict, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conflict);
        return _host.AskAsync(state => state.Documents.FindConflict(conflict), cancellationToken);
    }

    private async Task<string> TextOfAsync(RunConflict conflict, CancellationToken cancellationToken)
        => await _reader.FactAsync(conflict.Sequence, cancellationToken).ConfigureAwait(false) is WorkspaceSetAside aside
            ? await _reader.TextOfAsync(aside, cancellationToken).ConfigureAwait(false)
            : throw new WorkspaceException($"The journal of run '{Run}' does not have the text of conflict '{conflict.Id}' any more.");
}
