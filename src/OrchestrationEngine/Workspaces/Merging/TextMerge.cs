using System.Text;

namespace OrchestrationEngine.Workspaces;

/// <summary>
/// Merges what two have made of one text: by lines, or by members where all three are JSON. It takes what only one of them changed, or both the same
/// way; where they changed the same place, or places without a line between them, it gives nothing, for a person has to look at that.
/// </summary>
internal static class TextMerge
{
    /// <summary>Merges.</summary>
    /// <param name="original">What both began with.</param>
    /// <param name="mine">What one made of it.</param>
    /// <param name="theirs">What the other made of it.</param>
    /// <param name="isJson">Whether it is JSON, which is merged by its members.</param>
    /// <returns>The text with both changes; null where they conflict.</returns>
    public static string? Merge(string original, string mine, string theirs, bool isJson)
    {
        if (mine == theirs || theirs == original)
        {
            return mine;
        }

        if (mine == original)
        {
            return theirs;
        }

        return isJson && JsonMerge.TryMerge(original, mine, theirs, out var merged) ? merged : ByLines(original, mine, theirs);
    }

    private static string? ByLines(string original, string mine, string theirs)
    {
        var (lines, left, right) = (LineDiff.Lines(original), LineDiff.Lines(mine), LineDiff.Lines(theirs));
        var (ofMine, ofTheirs) = (LineDiff.Between(lines, left), LineDiff.Between(lines, right));
        var merged = new StringBuilder(mine.Length + theirs.Length);
        var (at, i, j) = (0, 0, 0);
        while (i < ofMine.Count || j < ofTheirs.Count)
        {
            var start = Math.Min(StartOf(ofMine, i), StartOf(ofTheirs, j));
            var (end, firstMine, firstTheirs) = (start, i, j);
            Extend(ofMine, ofTheirs, ref i, ref j, ref end);
            Add(merged, lines, at, start);
            if (Side(lines, left, right, ofMine[firstMine..i], ofTheirs[firstTheirs..j], start, end) is not { } chosen)
            {
                return null;
            }

            merged.Append(chosen);
            at = end;
        }

        Add(merged, lines, at, lines.Length);
        return merged.ToString();
    }

    private static int StartOf(List<Hunk> hunks, int index) => index < hunks.Count ? hunks[index].OldStart : int.MaxValue;

    // All changes of both that touch each other, one after the other.
    private static void Extend(List<Hunk> mine, List<Hunk> theirs, ref int i, ref int j, ref int end)
    {
        while (true)
        {
            if (StartOf(mine, i) <= end)
            {
                end = Math.Max(end, mine[i++].OldEnd);
            }
            else if (StartOf(theirs, j) <= end)
            {
                end = Math.Max(end, theirs[j++].OldEnd);
            }
            else
            {
                return;
            }
        }
    }

    private static string? Side(string[] lines, string[] left, string[] right, List<Hunk> mine, List<Hunk> theirs, int start, int end)
    {
        if (theirs.Count == 0)
        {
            return TextOf(lines, left, mine, start, end);
        }

        var their = TextOf(lines, right, theirs, start, end);
        return mine.Count == 0 || TextOf(lines, left, mine, start, end) == their ? their : null;
    }

    // What lines of the original are on one side.
    private static string TextOf(string[] lines, string[] side, List<Hunk> hunks, int start, int end)
    {
        var text = new StringBuilder();
        foreach (var hunk in hunks)
        {
            Add(text, lines, start, hunk.OldStart);
            Add(text, side, hunk.NewStart, hunk.NewEnd);
            start = hunk.OldEnd;
        }

        Add(text, lines, start, end);
        return text.ToString();
    }

    private static void Add(StringBuilder text, string[] lines, int start, int end)
    {
        for (var line = start; line < end; line++)
        {
            text.Append(lines[line]);
        }
    }
}
