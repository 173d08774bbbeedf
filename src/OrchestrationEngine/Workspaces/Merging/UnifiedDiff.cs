using System.Globalization;
using System.Text;

namespace OrchestrationEngine.Workspaces;

/// <summary>Writes where two texts differ in the unified format of diff (POSIX).</summary>
internal static class UnifiedDiff
{
    /// <summary>Writes the differences; an empty text where there are none.</summary>
    public static string Between(string before, string after, string beforeName, string afterName, int context = 3)
    {
        var (left, right) = (LineDiff.Lines(before), LineDiff.Lines(after));
        var hunks = LineDiff.Between(left, right);
        if (hunks.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"--- {beforeName}\n+++ {afterName}\n");
        for (var first = 0; first < hunks.Count;)
        {
            var last = first;
            while (last + 1 < hunks.Count && hunks[last + 1].OldStart - hunks[last].OldEnd <= 2 * context)
            {
                last++;
            }

            Write(text, left, right, hunks[first..(last + 1)], context);
            first = last + 1;
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, string[] left, string[] right, List<Hunk> hunks, int context)
    {
        var lead = Math.Min(context, hunks[0].OldStart);
        var trail = Math.Min(context, left.Length - hunks[^1].OldEnd);
        var (oldStart, newStart) = (hunks[0].OldStart - lead, hunks[0].NewStart - lead);
        text.Append(CultureInfo.InvariantCulture, $"@@ -{Range(oldStart, hunks[^1].OldEnd + trail - oldStart)} +{Range(newStart, hunks[^1].NewEnd + trail - newStart)} @@\n");
        var at = oldStart;
        foreach (var hunk in hunks)
        {
            Lines(text, ' ', left, at, hunk.OldStart);
            Lines(text, '-', left, hunk.OldStart, hunk.OldEnd);
            Lines(text, '+', right, hunk.NewStart, hunk.NewEnd);
            at = hunk.OldEnd;
        }

        Lines(text, ' ', left, at, hunks[^1].OldEnd + trail);
    }

    private static string Range(int start, int count) => string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? start : start + 1)},{count}");

    private static void Lines(StringBuilder text, char mark, string[] lines, int start, int end)
    {
        for (var line = start; line < end; line++)
        {
            text.Append(mark).Append(lines[line]);
            if (!lines[line].EndsWith('\n'))
            {
                text.Append("\n\\ No newline at end of file\n");
            }
        }
    }
}
