using System.Globalization;
using System.Text;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Workspaces;

/// <summary>Writes documents: checks what comes in, brings it to the run's loop, and merges and tries again where that is what the document wants.</summary>
internal sealed class DocumentWriter(IWorkspaceHost host, DocumentReader reader)
{
    private const int MaxIdLength = 200;

    public async Task<WriteResult> WriteAsync(string document, string text, long baseVersion, WriteOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(baseVersion);
        var id = IdOf(options);
        if (Problem(document, text) is { } refused)
        {
            return refused;
        }

        var view = await host.AskAsync(state => DocumentView.Of(state, host.Author, document), cancellationToken).ConfigureAwait(false);
        var (how, wanted, against) = (DocumentChange.Write, text, (long?)null);
        while (true)
        {
            if (await BrokenAsync(view, wanted, cancellationToken).ConfigureAwait(false) is { } broken)
            {
                return broken;
            }

            var command = new RunCommand.WriteDocument(document, how, baseVersion, host.Author, id, host.MaxBytes) { Base = against, Reason = options?.Reason };
            var answer = await SendAsync(command, wanted, cancellationToken).ConfigureAwait(false);
            if (answer.Result is { } result)
            {
                return how == DocumentChange.Merge && result.Outcome == WriteOutcome.Written
                    ? result with { Outcome = WriteOutcome.Merged, Text = wanted, Message = "Others had changed the document meanwhile; the version has both." }
                    : result;
            }

            view = answer.View;
            var current = view.Place is { } place ? await reader.TextOfAsync(document, place, cancellationToken).ConfigureAwait(false) : "";
            if (await MergedAsync(view, text, current, baseVersion, cancellationToken).ConfigureAwait(false) is not { } merged)
            {
                return new WriteResult { Outcome = WriteOutcome.Conflict, Version = view.Current, Text = view.Place is null ? null : current, Message = answer.Message };
            }

            if (merged == current)
            {
                return new WriteResult { Outcome = WriteOutcome.Merged, Version = view.Current, Text = current, Message = "The current version has all of it already." };
            }

            (how, wanted, against) = (DocumentChange.Merge, merged, view.Current);
        }
    }

    public async Task<WriteResult> AppendAsync(string document, string text, WriteOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        var id = IdOf(options);
        if (Problem(document, text) is { } refused)
        {
            return refused;
        }

        while (true)
        {
            // What comes to be must keep to the contract as a whole, so nobody may add something meanwhile.
            var view = await host.AskAsync(state => DocumentView.Of(state, host.Author, document), cancellationToken).ConfigureAwait(false);
            var isChecked = view.Definition?.Contract is not null;
            if (isChecked)
            {
                var current = view.Place is { } place ? await reader.TextOfAsync(document, place, cancellationToken).ConfigureAwait(false) : "";
                if (await BrokenAsync(view, current + text, cancellationToken).ConfigureAwait(false) is { } broken)
                {
                    return broken;
                }
            }

            var command = new RunCommand.WriteDocument(document, DocumentChange.Append, isChecked ? view.Current : null, host.Author, id, host.MaxBytes) { Reason = options?.Reason };
            if ((await SendAsync(command, text, cancellationToken).ConfigureAwait(false)).Result is { } result)
            {
                return result;
            }
        }
    }

    /// <summary>Settles a conflict. What was set aside is checked again: the contract may be another one by now.</summary>
    public async Task<WriteResult> ResolveAsync(RunConflict conflict, ConflictResolution resolution, string text, string reason, CancellationToken cancellationToken)
    {
        if (Problem(conflict.Document, text) is { } refused)
        {
            return refused;
        }

        var id = host.NextId();
        while (true)
        {
            var view = await host.AskAsync(state => DocumentView.Of(state, host.Author, conflict.Document), cancellationToken).ConfigureAwait(false);
            var takesText = resolution.Choice != ConflictChoice.Current;
            if (takesText && await BrokenAsync(view, text, cancellationToken).ConfigureAwait(false) is { } broken)
            {
                return broken;
            }

            var (inline, content, size) = takesText ? await KeepAsync(text, cancellationToken).ConfigureAwait(false) : (null, default, 0);
            var command = new RunCommand.ResolveConflict(conflict.Id, resolution.Choice, resolution.BaseVersion ?? view.Current, host.Author.Person!, id, host.MaxBytes)
            {
                Text = inline,
                Content = content,
                Size = size,
                Reason = reason,
            };
            var answer = await host.TellAsync(command, (state, refusal) => Read(state, refusal, conflict.Document, id), cancellationToken).ConfigureAwait(false);
            if (answer.Result is { } result)
            {
                return takesText || !result.IsAccepted ? result : result with { Version = answer.View.Current };
            }

            if (resolution.BaseVersion is not null)
            {
                return new WriteResult { Outcome = WriteOutcome.Conflict, Version = answer.View.Current, Message = answer.Message };
            }
        }
    }

    private static string? NameProblem(string? document) => SafeName.Problem(document) is { } problem ? $"'{document}' {problem}." : null;

    private string IdOf(WriteOptions? options)
    {
        if (options?.Id is not { } id)
        {
            return host.NextId();
        }

        return id is { Length: > 0 and <= MaxIdLength } && id[0] != WriteIds.MadeByEngine
            ? id
            : throw new ArgumentException($"The id of a write has 1 to {MaxIdLength} characters and does not begin with '{WriteIds.MadeByEngine}'.", nameof(options));
    }

    private WriteResult? Problem(string document, string text)
    {
        if (NameProblem(document) is { } problem)
        {
            return WriteResult.Refused(WriteRefusal.BadName, $"The name of a document is one that a file can have: {problem}");
        }

        try
        {
            var size = DocumentReader.Strict.GetByteCount(text);
            return size <= host.MaxBytes
                ? null
                : WriteResult.Refused(WriteRefusal.TooLarge, string.Create(CultureInfo.InvariantCulture, $"The text for document '{document}' has {size:N0} bytes; at most {host.MaxBytes:N0} are allowed (MaxDocumentBytes). Keep it as an artifact, and write its name into the document."));
        }
        catch (EncoderFallbackException e)
        {
            return WriteResult.Refused(WriteRefusal.NotText, $"The text for document '{document}' has half a character at index {e.Index} (a lone surrogate); it can't be kept as it is.");
        }
    }

    private async ValueTask<WriteResult?> BrokenAsync(DocumentView view, string text, CancellationToken cancellationToken)
    {
        if (view.Definition is not { Contract: not null } definition)
        {
            return null;
        }

        var violations = await host.CheckAsync(view.Plan, definition, text, cancellationToken).ConfigureAwait(false);
        return violations.Count == 0
            ? null
            : WriteResult.Refused(WriteRefusal.ContractBroken, $"The text breaks the contract of document '{view.Name}': {violations[0].Message}{(violations.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" And {violations.Count - 1} more.") : "")}") with { Violations = violations };
    }

    private async Task<string?> MergedAsync(DocumentView view, string text, string current, long baseVersion, CancellationToken cancellationToken)
    {
        if (view.Definition?.Merge != DocumentMerge.ThreeWay || baseVersion > view.Current)
        {
            return null;
        }

        var original = baseVersion == 0 ? null : (await host.AskAsync(state => DocumentView.Of(state, host.Author, view.Name, baseVersion), cancellationToken).ConfigureAwait(false)).Place;
        return TextMerge.Merge(original is null ? "" : await reader.TextOfAsync(view.Name, original, cancellationToken).ConfigureAwait(false), text, current, view.IsJson);
    }

    private async Task<Answer> SendAsync(RunCommand.WriteDocument command, string text, CancellationToken cancellationToken)
    {
        var (inline, content, size) = await KeepAsync(text, cancellationToken).ConfigureAwait(false);
        var answer = await host.TellAsync(command with { Text = inline, Content = content, Size = size }, (state, refusal) => Read(state, refusal, command.Document, command.Id), cancellationToken).ConfigureAwait(false);
        return answer is { Result: { IsAccepted: true, Version: 0 } } ? answer with { Result = await FindAsync(command, cancellationToken).ConfigureAwait(false) } : answer;
    }

    // A large text is kept and linked first, so that no fact names what is not there.
    private async ValueTask<(string? Inline, ContentDigest Content, int Size)> KeepAsync(string text, CancellationToken cancellationToken)
    {
        var size = DocumentReader.Strict.GetByteCount(text);
        if (size <= RunDocuments.MaxInlineBytes || host.Artifacts is not { } artifacts)
        {
            return (text, default, size);
        }

        using var stream = new MemoryStream(DocumentReader.Strict.GetBytes(text), writable: false);
        var stored = await artifacts.PutAsync(host.Run, stream, host.MaxBytes, cancellationToken).ConfigureAwait(false);
        return (null, stored.Digest, size);
    }

    private Answer Read(RunState state, string? refusal, string document, string id)
    {
        var view = DocumentView.Of(state, host.Author, document);
        if (refusal is null)
        {
            return new Answer(view, state.Documents.MadeBy(document, id) is < 0 and var conflict
                ? new WriteResult { Outcome = WriteOutcome.SetAside, Version = view.Current, Conflict = string.Create(CultureInfo.InvariantCulture, $"conflict-{-conflict}"), Message = "Another version is current by now; a person decides." }
                : new WriteResult { Outcome = WriteOutcome.Written, Version = state.Documents.MadeBy(document, id) ?? 0 });
        }

        var (reason, message) = WriteRefusals.Read(refusal);
        return WriteRefusals.IsConflict(refusal) ? new Answer(view, null, WriteRefusals.Text(refusal)) : new Answer(view, WriteResult.Refused(reason, message));
    }

    // So many writes came after this one before the answer was read that its id is forgotten; the journal has it.
    private async Task<WriteResult> FindAsync(RunCommand.WriteDocument command, CancellationToken cancellationToken)
    {
        await foreach (var recorded in host.ReadAsync(0, cancellationToken).ConfigureAwait(false))
        {
            switch (recorded.Event)
            {
                case WorkspaceWritten written when written.Id == command.Id && written.Document == command.Document:
                    return new WriteResult { Outcome = WriteOutcome.Written, Version = written.Version };
                case WorkspaceSetAside aside when aside.Id == command.Id && aside.Document == command.Document:
                    return new WriteResult { Outcome = WriteOutcome.SetAside, Version = aside.Current, Conflict = aside.Conflict };
            }
        }

        throw new WorkspaceException($"The journal of run '{host.Run}' does not have the write '{command.Id}' of document '{command.Document}', which was taken.");
    }

    private sealed record Answer(DocumentView View, WriteResult? Result, string? Message = null);
}
