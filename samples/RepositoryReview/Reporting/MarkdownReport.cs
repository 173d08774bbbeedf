using System.Globalization;
using System.Text;
using RepositoryReview.Analyses;
using RepositoryReview.Sources;
using static RepositoryReview.Reporting.CodeRules;

namespace RepositoryReview.Reporting;

/// <summary>Writes a review for people: what matters first, then the figures.</summary>
internal static class MarkdownReport
{
    public static string Write(Review review)
    {
        var text = new StringBuilder();
        var analyzed = review.Analyzed;
        text.Append("# Review of ").Append(Plain(review.Repository)).Append("\n\n");
        text.Append(Summary(review)).Append("\n\n");
        Findings(text, review);
        List(text, "In good order", review.GoodOrder.Select(Plain));
        MarkdownTables.Write(text, analyzed);
        List(text, "Left out of this review", review.Skipped.Select(part => $"**{Plain(part.Part)}**: {Plain(part.Reason)}."));
        List(text, "What failed", review.Failed.Select(part => $"**{Plain(part.Part)}**: {Plain(part.Reason)}"));
        List(text, "How far to trust the figures", review.Limits.Select(Plain).Concat(
        [
            "Complexity is a count of branching words, not the work of a parser. It ranks files; it does not measure them.",
            "Copied code is found by comparing windows of eight lines; what was copied and then changed is not found.",
            "To-dos are looked for in comments, not in documents.",
        ]));
        text.Append(CultureInfo.InvariantCulture, $"---\n\nReviewed on {review.Times.Assessed.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        text.Append(analyzed.Location.Commit is { } commit ? $" at commit `{commit[..Math.Min(12, commit.Length)]}`" : "");
        return text.Append(". The same content for programs is in `review.json`.\n").ToString();
    }

    /// <summary>A text that Markdown would take for something else, made plain.</summary>
    internal static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        var line = text.ReplaceLineEndings(" ");
        for (var index = 0; index < line.Length; index++)
        {
            // Inside a word an underscore means nothing, and a number sign only at the beginning of a line.
            var special = line[index] switch
            {
                '|' or '<' or '*' or '[' or ']' or '`' or '\\' => true,
                '_' => index == 0 || index == line.Length - 1 || !char.IsLetterOrDigit(line[index - 1]) || !char.IsLetterOrDigit(line[index + 1]),
                '#' => index == 0,
                _ => false,
            };
            plain.Append(special ? "\\" : "").Append(line[index]);
        }

        return plain.ToString();
    }

    /// <summary>A text as code. Backticks in it would end it.</summary>
    internal static string Code(string text) => $"`{text.Replace('`', '\'').Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ")}`";

    private static string Summary(Review review)
    {
        var analyzed = review.Analyzed;
        var languages = (analyzed.Size?.Languages ?? []).Where(language => language.CodeLines > 0).Take(3).Select(language => language.Language).ToArray();
        var text = new StringBuilder();
        text.Append(Text($"{Plain(review.Repository)} has {Count(analyzed.Files.Files, "file")}"));
        if (analyzed.Size is { } size)
        {
            text.Append(Text($" and {Count(size.CodeLines, "line")} of code"));
            text.Append(languages.Length > 0 ? $", most of it {And(languages)}" : "");
        }

        text.Append('.');
        if (analyzed.Timeline is { Commits: > 0 } timeline)
        {
            text.Append(Text($" {Count(timeline.AuthorCount, "person")} made {Count(timeline.Commits, "commit")}").Replace("persons", "people", StringComparison.Ordinal));
            text.Append(timeline.Months is [var first, .., var last] ? $" from {first.Name} to {last.Name}." : timeline.Months is [var only] ? $" in {only.Name}." : ".");
        }

        var counts = Enum.GetValues<Severity>().Select(severity => (Severity: severity, Count: review.Findings.Count(finding => finding.Severity == severity))).Where(pair => pair.Count > 0)
            .Select(pair => $"{pair.Count} {Word(pair.Severity)}").ToArray();
        text.Append(review.Findings.Count == 0
            ? " The review found nothing to complain about."
            : $" The review found {Count(review.Findings.Count, "thing")} to look at: {And(counts)}.");
        return text.ToString();
    }

    private static void Findings(StringBuilder text, Review review)
    {
        text.Append("## Findings\n\n");
        if (review.Findings.Count == 0)
        {
            text.Append("None.\n\n");
        }

        foreach (var (index, finding) in review.Findings.Index())
        {
            text.Append(CultureInfo.InvariantCulture, $"### {index + 1}. {Plain(finding.Title)}\n\n");
            text.Append(CultureInfo.InvariantCulture, $"*{finding.Area}, {Word(finding.Severity)}.* {Plain(finding.Advice)}\n\n");
            foreach (var place in finding.Places)
            {
                text.Append("- ").Append(Code(place)).Append('\n');
            }

            if (finding.MorePlaces > 0)
            {
                text.Append(Text($"- and {finding.MorePlaces:N0} more\n"));
            }

            text.Append(finding.Places.Count > 0 ? "\n" : "");
        }
    }

    private static void List(StringBuilder text, string title, IEnumerable<string> items)
    {
        var lines = items.ToArray();
        if (lines.Length > 0)
        {
            text.Append("## ").Append(title).Append("\n\n");
            Array.ForEach(lines, line => text.Append("- ").Append(line).Append('\n'));
            text.Append('\n');
        }
    }

    internal static string Word(Severity severity) => severity switch
    {
        Severity.High => "urgent",
        Severity.Medium => "important",
        _ => "minor",
    };

    private static string And(IReadOnlyList<string> words) => words switch
    {
        [] => "",
        [var only] => only,
        _ => $"{string.Join(", ", words.SkipLast(1))} and {words[^1]}",
    };
}
