using System.Text.RegularExpressions;
using RepositoryReview.Sources;

namespace RepositoryReview.Analyses;

internal sealed record Marker(string Kind, string Path, int Line, string Text);

/// <summary>What people left behind in the files, sorted by path and line.</summary>
/// <param name="Total">How many to-dos there are; the list may be shorter.</param>
/// <param name="ByKind">How many of each kind.</param>
/// <param name="ToDos">The first of them.</param>
/// <param name="Conflicts">Left-over merge conflicts.</param>
/// <param name="Keys">Private keys.</param>
internal sealed record MarkerReport(
    int Total,
    IReadOnlyDictionary<string, int> ByKind,
    IReadOnlyList<Marker> ToDos,
    IReadOnlyList<Marker> Conflicts,
    IReadOnlyList<Marker> Keys);

/// <summary>Looks for open to-dos in comments, merge conflicts and private keys.</summary>
internal sealed partial class MarkersAnalysis : IAnalysis<FilesRequest, MarkerReport>
{
    private const int MaxListed = 500;
    private const int MaxText = 160;

    public Task<MarkerReport> RunAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        var (todos, conflicts, keys) = (new List<Marker>(), new List<Marker>(), new List<Marker>());
        var kinds = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var file in request.Files.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (SourceText.Read(request.Root, file.Path) is not { } source)
            {
                continue;
            }

            // Most files have none of it, and looking at the whole text is faster than at each line.
            var hasKey = source.Text.Contains("PRIVATE KEY-----", StringComparison.Ordinal);
            var hasConflict = source.Text.Contains("<<<<<<< ", StringComparison.Ordinal);
            var mayHaveToDo = Language.KindOf(file.Language) is LanguageKind.Code or LanguageKind.Markup && Word().IsMatch(source.Text);
            if (!hasKey && !hasConflict && !mayHaveToDo)
            {
                continue;
            }

            foreach (var (number, line) in source.Lines())
            {
                if (mayHaveToDo && ToDo().Match(line) is { Success: true } match)
                {
                    var kind = match.Groups["kind"].Value;
                    kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
                    Add(todos, new(kind, file.Path, number, Shorten(match.Groups["text"].Value)));
                }
                else if (hasConflict && line.StartsWith("<<<<<<< ", StringComparison.Ordinal))
                {
                    Add(conflicts, new("conflict", file.Path, number, Shorten(line)));
                }
                else if (hasKey && Key().IsMatch(line))
                {
                    Add(keys, new("key", file.Path, number, "a private key begins here"));
                }
            }
        }

        return Task.FromResult(new MarkerReport(kinds.Values.Sum(), kinds, todos, conflicts, keys));
    }

    private static void Add(List<Marker> list, Marker marker)
    {
        if (list.Count < MaxListed)
        {
            list.Add(marker);
        }
    }

    private static string Shorten(string text)
    {
        var trimmed = text.Trim(' ', '\t', ':', '-', '*', '/', '>');
        return trimmed.Length <= MaxText ? trimmed : string.Concat(trimmed.AsSpan(0, MaxText - 1), "…");
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b")]
    private static partial Regex Word();

    // First in a comment, or later in it with a colon: in a string, a name or a sentence the word means something else.
    [GeneratedRegex(@"(//|/\*|^\s*\*|(^|\s)#|--|<!--|^\s*['%;]|@\*)(\W{0,6}|.{0,200}?\b(?=\w+(\([^)]*\))?:))(?<kind>TODO|FIXME|HACK)\b(\([^)]*\))?(?<text>.*)$")]
    private static partial Regex ToDo();

    [GeneratedRegex(@"^-----BEGIN ([A-Z]+ )*PRIVATE KEY-----\s*$")]
    private static partial Regex Key();
}
