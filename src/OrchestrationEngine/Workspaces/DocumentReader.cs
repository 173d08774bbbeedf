using System.Text;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Workspaces;

/// <summary>Gets the texts of documents: from the state where they are small, otherwise from the journal and from beside it.</summary>
internal sealed class DocumentReader(IWorkspaceHost host)
{
    public static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The text of a version.</summary>
    public async Task<string> TextOfAsync(string document, TextPlace place, CancellationToken cancellationToken)
    {
        if (place.Text is { } text)
        {
            return text;
        }

        if (!place.Content.IsNone)
        {
            return await ContentAsync(document, place.Content, cancellationToken).ConfigureAwait(false);
        }

        var pieces = new StringBuilder();
        var next = place.First;
        await foreach (var recorded in host.ReadAsync(place.FirstFact - 1, cancellationToken).ConfigureAwait(false))
        {
            if (recorded.Event is WorkspaceWritten written && written.Document == document && written.Version == next)
            {
                pieces.Append(await TextOfAsync(written, cancellationToken).ConfigureAwait(false));
                next++;
            }

            if (recorded.Sequence >= place.LastFact)
            {
                break;
            }
        }

        return next == place.Version + 1
            ? pieces.ToString()
            : throw new WorkspaceException($"The journal of run '{host.Run}' does not have version {next} of document '{document}' any more, of which version {place.Version} is made.");
    }

    /// <summary>The text that a fact brings.</summary>
    public async Task<string> TextOfAsync(WorkspaceEvent fact, CancellationToken cancellationToken)
        => fact.Text ?? await ContentAsync(fact.Document, fact.Content, cancellationToken).ConfigureAwait(false);

    /// <summary>The fact of a number.</summary>
    public async Task<RunEvent?> FactAsync(long sequence, CancellationToken cancellationToken)
    {
        await foreach (var recorded in host.ReadAsync(sequence - 1, cancellationToken).ConfigureAwait(false))
        {
            return recorded.Sequence == sequence ? recorded.Event : null;
        }

        return null;
    }

    private async Task<string> ContentAsync(string document, ContentDigest content, CancellationToken cancellationToken)
    {
        if (host.Artifacts is not { } artifacts)
        {
            throw new WorkspaceException($"The text of document '{document}' is beside the journal ({content}), and no artifact store is registered here.");
        }

        try
        {
            var stream = await artifacts.OpenReadAsync(content, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                using var reader = new StreamReader(stream, Strict, detectEncodingFromByteOrderMarks: false);
                return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is ArtifactNotFoundException or ArtifactDamagedException or DecoderFallbackException)
        {
            throw new WorkspaceException($"The text of document '{document}' can't be read: {e.Message}", e);
        }
    }
}
