namespace OrchestrationEngine.Workspaces;

/// <summary>A place where two lists of lines differ: these lines of the old one are these of the new one.</summary>
internal readonly record struct Hunk(int OldStart, int OldCount, int NewStart, int NewCount)
{
    public int OldEnd => OldStart + OldCount;

    public int NewEnd => NewStart + NewCount;
}

/// <summary>
/// Finds where two texts differ, by lines (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986). Texts that differ very much are given one
/// large difference, which is as right as many small ones.
/// </summary>
internal static class LineDiff
{
    // The memory that it takes grows with the square of this.
    private const int MostEdits = 2_000;

    /// <summary>The lines of a text, each with what ends it, so that joining them gives the text.</summary>
    public static string[] Lines(string text)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return [.. lines];
    }

    /// <summary>Where two texts differ, in their order; there is at least one equal line between two places.</summary>
    public static List<Hunk> Between(string[] before, string[] after)
    {
        var (left, right) = Numbered(before, after);
        var first = left.AsSpan().CommonPrefixLength(right);
        var last = 0;
        while (last < Math.Min(left.Length, right.Length) - first && left[^(last + 1)] == right[^(last + 1)])
        {
            last++;
        }

        var from = left.AsSpan(first, left.Length - first - last);
        var to = right.AsSpan(first, right.Length - first - last);
        if (from.IsEmpty && to.IsEmpty)
        {
            return [];
        }

        return from.IsEmpty || to.IsEmpty || Trace(from, to) is not { } trace
            ? [new Hunk(first, from.Length, first, to.Length)]
            : Collect(trace, from.Length, to.Length, first);
    }

    private static (int[] Left, int[] Right) Numbered(string[] before, string[] after)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return (Array.ConvertAll(before, Number), Array.ConvertAll(after, Number));

        int Number(string line)
        {
            if (!numbers.TryGetValue(line, out var number))
            {
                numbers[line] = number = numbers.Count;
            }

            return number;
        }
    }

    // The furthest reaching paths with 0, 1, 2, ... edits, each as it was before that edit; null when there are too many.
    private static List<int[]>? Trace(ReadOnlySpan<int> from, ReadOnlySpan<int> to)
    {
        var most = Math.Min(MostEdits, from.Length + to.Length);
        var reach = new int[(2 * most) + 3];
        var middle = most + 1;
        var trace = new List<int[]>();
        for (var edits = 0; edits <= most; edits++)
        {
            trace.Add(reach[(middle - edits - 1)..(middle + edits + 2)]);
            for (var diagonal = -edits; diagonal <= edits; diagonal += 2)
            {
                var isDown = diagonal == -edits || (diagonal != edits && reach[middle + diagonal - 1] < reach[middle + diagonal + 1]);
                var x = isDown ? reach[middle + diagonal + 1] : reach[middle + diagonal - 1] + 1;
                var y = x - diagonal;
                while (x < from.Length && y < to.Length && from[x] == to[y])
                {
                    x++;
                    y++;
                }

                reach[middle + diagonal] = x;
                if (x >= from.Length && y >= to.Length)
                {
                    return trace;
                }
            }
        }

        return null;
    }

    // From the end back to the beginning, joining edits that touch.
    private static List<Hunk> Collect(List<int[]> trace, int fromLength, int toLength, int offset)
    {
        var hunks = new List<Hunk>();
        var (x, y) = (fromLength, toLength);
        for (var edits = trace.Count - 1; edits > 0; edits--)
        {
            var (reach, middle) = (trace[edits], edits + 1);
            var diagonal = x - y;
            var isDown = diagonal == -edits || (diagonal != edits && reach[middle + diagonal - 1] < reach[middle + diagonal + 1]);
            var earlier = isDown ? diagonal + 1 : diagonal - 1;
            var (beforeX, beforeY) = (reach[middle + earlier], reach[middle + earlier] - earlier);
            var (endX, endY) = isDown ? (beforeX, beforeY + 1) : (beforeX + 1, beforeY);
            var edit = new Hunk(beforeX + offset, endX - beforeX, beforeY + offset, endY - beforeY);
            if (hunks.Count > 0 && hunks[^1].OldStart == edit.OldEnd && hunks[^1].NewStart == edit.NewEnd)
            {
                edit = new Hunk(edit.OldStart, edit.OldCount + hunks[^1].OldCount, edit.NewStart, edit.NewCount + hunks[^1].NewCount);
                hunks.RemoveAt(hunks.Count - 1);
            }

            hunks.Add(edit);
            (x, y) = (beforeX, beforeY);
        }

        hunks.Reverse();
        return hunks;
    }
}
