using System.Text.RegularExpressions;
using RepositoryReview.Sources;

namespace RepositoryReview.Analyses;

/// <param name="Path">The file.</param>
/// <param name="Language">Its language.</param>
/// <param name="Lines">All lines.</param>
/// <param name="CodeLines">Lines that are neither blank nor only a comment.</param>
/// <param name="Complexity">One more than the number of branching words: an approximation that needs no parser.</param>
internal sealed record FileSize(string Path, string Language, int Lines, int CodeLines, int Complexity);

internal sealed record LanguageSize(string Language, int Files, long Bytes, int Lines, int CodeLines);

/// <summary>How large the repository is, and which of its files stand out.</summary>
internal sealed record SizeReport(
    IReadOnlyList<LanguageSize> Languages,
    int Lines,
    int CodeLines,
    int CommentLines,
    int Binary,
    int Cut,
    int Generated,
    int LongFiles,
    int ComplexFiles,
    IReadOnlyList<FileSize> Longest,
    IReadOnlyList<FileSize> MostComplex,
    IReadOnlyList<FileSize> Files);

/// <summary>Counts lines and branches.</summary>
internal sealed partial class SizeAnalysis : IAnalysis<FilesRequest, SizeReport>
{
    /// <summary>A file with more lines stands out.</summary>
    public const int LongFile = 1000;

    /// <summary>A file with more branches stands out.</summary>
    public const int ComplexFile = 120;

    private const int MaxListed = 15;
    private const int MaxFiles = 10_000;

    public Task<SizeReport> RunAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        var languages = new SortedDictionary<string, LanguageSize>(StringComparer.Ordinal);
        var files = new List<FileSize>();
        var (lines, codeLines, commentLines, binary, cut, generated) = (0, 0, 0, 0, 0, 0);
        foreach (var file in request.Files.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (SourceText.Read(request.Root, file.Path) is not { } source)
            {
                binary++;
                continue;
            }

            var isCode = Language.KindOf(file.Language) == LanguageKind.Code;
            var (all, blank, comments, branches) = Count(source.Text, file.Language, isCode);
            cut += source.IsCut ? 1 : 0;
            lines += all;
            var before = languages.GetValueOrDefault(file.Language) ?? new(file.Language, 0, 0, 0, 0);
            languages[file.Language] = before with
            {
                Files = before.Files + 1,
                Bytes = before.Bytes + file.Size,
                Lines = before.Lines + all,
                CodeLines = before.CodeLines + (isCode ? all - blank - comments : 0),
            };
            if (!isCode)
            {
                continue;
            }

            codeLines += all - blank - comments;
            commentLines += comments;
            if (!Language.IsWrittenByPeople(file.Path) || Generated().IsMatch(source.Text.AsSpan(0, Math.Min(1000, source.Text.Length))))
            {
                generated++;
            }
            else
            {
                files.Add(new(file.Path, file.Language, all, all - blank - comments, branches + 1));
            }
        }

        return Task.FromResult(new SizeReport(
            [.. languages.Values.OrderByDescending(language => language.CodeLines).ThenByDescending(language => language.Lines).ThenBy(language => language.Language, StringComparer.Ordinal)],
            lines,
            codeLines,
            commentLines,
            binary,
            cut,
            generated,
            files.Count(file => file.Lines > LongFile),
            files.Count(file => file.Complexity > ComplexFile),
            Top(files, file => file.Lines),
            Top(files, file => file.Complexity),
            [.. files.OrderByDescending(file => file.CodeLines).ThenBy(file => file.Path, StringComparer.Ordinal).Take(MaxFiles)]));
    }

    private static FileSize[] Top(List<FileSize> files, Func<FileSize, int> by)
        => [.. files.OrderByDescending(by).ThenBy(file => file.Path, StringComparer.Ordinal).Take(MaxListed)];

    private static (int All, int Blank, int Comments, int Branches) Count(string text, string language, bool isCode)
    {
        var (all, blank, comments, branches, inBlock) = (0, 0, 0, 0, false);
        foreach (var range in text.AsSpan().EnumerateLines())
        {
            all++;
            var line = range.Trim();
            if (line.IsEmpty)
            {
                blank++;
            }
            else if (isCode && Comments.IsComment(line, language, ref inBlock))
            {
                comments++;
            }
            else if (isCode)
            {
                branches += Branch().Count(line);
            }
        }

        // The text after the last line end is a line only when there is some.
        return text.EndsWith('\n') ? (all - 1, blank - 1, comments, branches) : (all, blank, comments, branches);
    }

    [GeneratedRegex(@"\b(if|elif|elsif|for|foreach|while|until|case|when|catch|except|rescue)\b|&&|\|\|")]
    private static partial Regex Branch();

    [GeneratedRegex(@"<auto-?generated|@generated|DO NOT EDIT", RegexOptions.IgnoreCase)]
    private static partial Regex Generated();
}
