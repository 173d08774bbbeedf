using System.Text;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Workspaces;

/// <summary>One comparison of a workspace with its folder, in both directions. For one at a time.</summary>
internal sealed class MirrorPass(IWorkspace workspace, MirrorFolder folder, MirrorState state, WorkspaceMirrorOptions options, Action<string> report)
{
    private readonly Dictionary<string, (MirroredFile File, long Since)> _seen = new(StringComparer.Ordinal);
    private HashSet<string> _saidBefore = new(StringComparer.Ordinal);
    private HashSet<string> _said = new(StringComparer.Ordinal);

    /// <summary>Whether a file was changed a moment ago, and is to be looked at again soon.</summary>
    public bool HasUnsettled { get; private set; }

    /// <summary>Compares, and brings both sides to the same.</summary>
    /// <param name="settles">Whether a changed file must have been the same at the pass before: it may be half written.</param>
    /// <param name="cancellationToken">Ends the pass; what was done is.</param>
    public async Task RunAsync(bool settles, CancellationToken cancellationToken)
    {
        HasUnsettled = false;
        (_saidBefore, _said) = (_said, new HashSet<string>(StringComparer.Ordinal));
        foreach (var name in await folder.SettleAsync(cancellationToken).ConfigureAwait(false))
        {
            Say($"The file '{name}' was written into after it had been replaced; that text is kept beside it.");
        }

        var documents = await workspace.ListAsync(cancellationToken).ConfigureAwait(false);
        var (files, problems) = folder.Scan();
        problems.ForEach(Say);
        foreach (var document in documents)
        {
            if (MirrorFolder.IsReserved(document.Name))
            {
                Say($"Document '{document.Name}' is not mirrored: names of this kind are the mirror's own.");
                continue;
            }

            var isThere = files.Remove(document.Name, out var file);
            await SafelyAsync(document.Name, () => isThere ? CompareAsync(document, file, settles, cancellationToken) : WriteAsync(document.Name, null, cancellationToken)).ConfigureAwait(false);
        }

        foreach (var file in files.Values.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            await SafelyAsync(file.Name, () => TakeNewAsync(file, settles, cancellationToken)).ConfigureAwait(false);
        }

        await state.SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    // One file that can't be written holds up no other.
    private async Task SafelyAsync(string name, Func<Task> act)
    {
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UnsafePathException)
        {
            Say($"'{name}' could not be mirrored for now: {e.Message}");
        }
    }

    private async Task CompareAsync(DocumentSummary document, MirroredFile file, bool settles, CancellationToken cancellationToken)
    {
        if (await ReadAsync(file, cancellationToken).ConfigureAwait(false) is not { } content)
        {
            return;
        }

        var (digest, entry) = (ContentDigest.Of(content), state.Find(file.Name));
        if (entry?.Digest == digest)
        {
            if (document.Version > entry.Version)
            {
                await WriteAsync(file.Name, digest, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        if (settles && !IsSettled(file))
        {
            return;
        }

        if (await workspace.ReadAsync(file.Name, null, cancellationToken).ConfigureAwait(false) is not { } current)
        {
            return;
        }

        if (ContentDigest.Of(Encoding.UTF8.GetBytes(current.Text)) == digest)
        {
            state.Set(file.Name, new MirrorEntry(current.Version, digest, content.Length));
            return;
        }

        if (TextOf(file.Name, content) is { } text)
        {
            await TakeAsync(document, current, content, text, entry, digest, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TakeAsync(DocumentSummary document, DocumentText current, byte[] content, string text, MirrorEntry? entry, ContentDigest digest, CancellationToken cancellationToken)
    {
        var seen = entry?.Version ?? 0;
        var options = new WriteOptions { Id = FormattableString.Invariant($"file {digest.Hex} after {seen}"), Reason = "The file was changed." };
        WriteResult? result;
        if (!document.AppendOnly)
        {
            result = await workspace.WriteAsync(document.Name, text, seen, options, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            result = Added(content, text, entry, current) is { } added
                ? await workspace.AppendAsync(document.Name, added, options, cancellationToken).ConfigureAwait(false)
                : WriteResult.Refused(WriteRefusal.AppendOnly, $"Document '{document.Name}' is a log: it is only added to, and the file was changed otherwise.");
        }

        switch (result)
        {
            case { Outcome: WriteOutcome.Written } when !document.AppendOnly:
                state.Set(document.Name, new MirrorEntry(result.Version, digest, content.Length));
                return;
            case { IsAccepted: true }:
                await WriteAsync(document.Name, digest, cancellationToken).ConfigureAwait(false);
                return;
            case { Refusal: WriteRefusal.RunEnded or WriteRefusal.AttemptEnded }:
                Say($"The change of the file '{document.Name}' is not taken, and the file is left as it is: {result.Message}");
                return;
        }

        var beside = await folder.KeepBesideAsync(document.Name, content, cancellationToken).ConfigureAwait(false);
        Say($"The change of the file '{document.Name}' is not in the document{(result.Conflict is { } conflict ? $" but waits as '{conflict}'" : "")}; it is kept as '{beside}'. {result.Message}");
        await WriteAsync(document.Name, digest, cancellationToken).ConfigureAwait(false);
    }

    // A file that a document does not have yet.
    private async Task TakeNewAsync(MirroredFile file, bool settles, CancellationToken cancellationToken)
    {
        if ((settles && !IsSettled(file)) || await ReadAsync(file, cancellationToken).ConfigureAwait(false) is not { } content || TextOf(file.Name, content) is not { } text)
        {
            return;
        }

        var digest = ContentDigest.Of(content);
        var options = new WriteOptions { Id = $"file {digest.Hex} after 0", Reason = "The file is new." };
        var result = await workspace.WriteAsync(file.Name, text, 0, options, cancellationToken).ConfigureAwait(false);
        if (result.Refusal == WriteRefusal.AppendOnly)
        {
            result = await workspace.AppendAsync(file.Name, text, options, cancellationToken).ConfigureAwait(false);
        }

        if (result.Outcome == WriteOutcome.Written)
        {
            state.Set(file.Name, new MirrorEntry(result.Version, digest, content.Length));
        }
        else if (result.Outcome == WriteOutcome.Refused)
        {
            Say($"The file '{file.Name}' is no document, and is left as it is: {result.Message}");
        }
    }

    // What was added at the end of a log's file, seen from what was mirrored, or from what the log has now.
    private static string? Added(byte[] content, string text, MirrorEntry? entry, DocumentText current)
        => entry is not null && content.Length > entry.Size && ContentDigest.Of(content.AsSpan(0, entry.Size)) == entry.Digest && Decode(content.AsSpan(entry.Size)) is { } added ? added
            : text.StartsWith(current.Text, StringComparison.Ordinal) ? text[current.Text.Length..]
            : null;

    private async Task WriteAsync(string name, ContentDigest? expected, CancellationToken cancellationToken)
    {
        if (await workspace.ReadAsync(name, null, cancellationToken).ConfigureAwait(false) is not { } current)
        {
            return;
        }

        var content = Encoding.UTF8.GetBytes(current.Text);
        if (!await folder.ReplaceAsync(name, content, expected, cancellationToken).ConfigureAwait(false))
        {
            Say($"The file '{name}' was changed while it was being replaced; where that text is not in the document, it is kept beside.");
            HasUnsettled = true;
        }
        else
        {
            state.Set(name, new MirrorEntry(current.Version, ContentDigest.Of(content), content.Length, expected ?? default));
        }
    }

    private async Task<byte[]?> ReadAsync(MirroredFile file, CancellationToken cancellationToken)
    {
        var (content, problem) = await folder.ReadAsync(file.Name, cancellationToken).ConfigureAwait(false);
        if (problem is not null)
        {
            Say(problem);
        }
        else if (content is null)
        {
            HasUnsettled = true;
        }

        return content;
    }

    // What is so at each pass is said once.
    private void Say(string problem)
    {
        if (_said.Add(problem) && !_saidBefore.Contains(problem))
        {
            report(problem);
        }
    }

    private bool IsSettled(MirroredFile file)
    {
        if (!_seen.TryGetValue(file.Name, out var seen) || seen.File != file)
        {
            _seen[file.Name] = seen = (file, options.TimeProvider.GetTimestamp());
        }

        var isSettled = options.TimeProvider.GetElapsedTime(seen.Since) >= options.SettleTime;
        HasUnsettled |= !isSettled;
        return isSettled;
    }

    private string? TextOf(string name, byte[] content)
    {
        if (Decode(content) is { } text)
        {
            return text;
        }

        Say($"The file '{name}' is no text in UTF-8, and is left alone. Keep it as an artifact.");
        return null;
    }

    private static string? Decode(ReadOnlySpan<byte> content)
    {
        try
        {
            return DocumentReader.Strict.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
