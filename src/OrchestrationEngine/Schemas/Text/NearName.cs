namespace OrchestrationEngine.Schemas;

/// <summary>Finds the known name that an unknown one was probably meant to be, with little and bounded work.</summary>
internal static class NearName
{
    private const int LongestName = 40;
    private const int MostKnown = 500;

    public static string? Find(string name, IEnumerable<string> known)
    {
        if (name.Length is < 2 or > LongestName)
        {
            return null;
        }

        string? nearest = null;
        var best = Math.Clamp(name.Length / 3, 1, 3) + 1;
        foreach (var candidate in known.Take(MostKnown))
        {
            if (candidate.Length is 0 or > LongestName || Math.Abs(candidate.Length - name.Length) >= best)
            {
                continue;
            }

            var distance = string.Equals(candidate, name, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(name, candidate);
            if (distance < best)
            {
                (nearest, best) = (candidate, distance);
            }
        }

        return nearest;
    }

    // Insertions, deletions, replacements and swaps of neighbours count one each.
    private static int Distance(string left, string right)
    {
        Span<int> rows = stackalloc int[3 * (LongestName + 1)];
        var (beforeLast, last, current) = (0, LongestName + 1, 2 * (LongestName + 1));
        for (var j = 0; j <= right.Length; j++)
        {
            rows[last + j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            rows[current] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var distance = Math.Min(Math.Min(rows[current + j - 1], rows[last + j]) + 1, rows[last + j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    distance = Math.Min(distance, rows[beforeLast + j - 2] + 1);
                }

                rows[current + j] = distance;
            }

            (beforeLast, last, current) = (last, current, beforeLast);
        }

        return rows[last + right.Length];
    }
}
