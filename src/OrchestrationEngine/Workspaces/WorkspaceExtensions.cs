using System.Globalization;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Workspaces;

/// <summary>What is often done with a workspace.</summary>
/// <remarks>
/// The logs <c>decisions.md</c>, <c>notes.md</c> and <c>cost-log.md</c> are there in every run: all tasks may add to them, unless the plan's
/// <c>workspace</c> says otherwise. Their lines are those of <see cref="IWorkspace.LogAsync"/>.
/// </remarks>
public static class WorkspaceExtensions
{
    /// <summary>Adds a line to the log of notes, <c>notes.md</c>.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="text">The note.</param>
    /// <param name="id">An id by which it is added once, as for <see cref="WriteOptions.Id"/>; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting; the note may still be added.</param>
    public static Task<WriteResult> NoteAsync(this IWorkspace workspace, string text, string? id = null, CancellationToken cancellationToken = default)
        => LogAsync(workspace, DocumentRules.Notes, text, null, id, cancellationToken);

    /// <summary>Adds a line to the log of decisions, <c>decisions.md</c>.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="because">Why.</param>
    /// <param name="id">An id by which it is added once, as for <see cref="WriteOptions.Id"/>; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting; the decision may still be added.</param>
    public static Task<WriteResult> DecideAsync(this IWorkspace workspace, string decision, string because, string? id = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(because);
        return LogAsync(workspace, DocumentRules.Decisions, $"{decision} (because {because})", because, id, cancellationToken);
    }

    /// <summary>Adds a line to the log of what was spent, <c>cost-log.md</c>.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="amount">How much, with its unit.</param>
    /// <param name="what">For what.</param>
    /// <param name="id">An id by which it is added once, as for <see cref="WriteOptions.Id"/>; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting; the line may still be added.</param>
    public static Task<WriteResult> LogCostAsync(this IWorkspace workspace, string amount, string what, string? id = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(what);
        return LogAsync(workspace, DocumentRules.Costs, $"{amount}: {what}", null, id, cancellationToken);
    }

    /// <summary>Changes a document by a function of its current text, as often as others come first.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="document">The document.</param>
    /// <param name="change">Makes the new text of the current one, which is null where there is no such document. Called again when another version is current by then.</param>
    /// <param name="reason">Why, for the history; null for nothing.</param>
    /// <param name="cancellationToken">Ends the waiting; the change may still be made.</param>
    /// <returns>What became of the last try; never a conflict.</returns>
    public static async Task<WriteResult> UpdateAsync(this IWorkspace workspace, string document, Func<string?, string> change, string? reason = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(change);
        var options = reason is null ? null : new WriteOptions { Reason = reason };
        while (true)
        {
            var current = await workspace.ReadAsync(document, null, cancellationToken).ConfigureAwait(false);
            var result = await workspace.WriteAsync(document, change(current?.Text), current?.Version ?? 0, options, cancellationToken).ConfigureAwait(false);
            if (result.Outcome != WriteOutcome.Conflict)
            {
                return result;
            }
        }
    }

    /// <summary>Says where two versions of a document differ, in the unified format of <c>diff</c>.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="document">The document.</param>
    /// <param name="from">The earlier version; 0 for an empty text.</param>
    /// <param name="to">The later version; null for the current one.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The differences, empty where there are none; null when there is no such document or version.</returns>
    public static async Task<string?> CompareAsync(this IWorkspace workspace, string document, long from, long? to = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        var before = from == 0 ? new DocumentText(document, 0, "") : await workspace.ReadAsync(document, from, cancellationToken).ConfigureAwait(false);
        var after = await workspace.ReadAsync(document, to, cancellationToken).ConfigureAwait(false);
        return before is null || after is null
            ? null
            : UnifiedDiff.Between(before.Text, after.Text, NameOf(before), NameOf(after));
    }

    private static string NameOf(DocumentText text) => text.Version == 0 ? "/dev/null" : string.Create(CultureInfo.InvariantCulture, $"{text.Document}@{text.Version}");

    private static Task<WriteResult> LogAsync(IWorkspace workspace, string log, string text, string? reason, string? id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        return workspace.LogAsync(log, text, new WriteOptions { Reason = reason, Id = id }, cancellationToken);
    }
}
