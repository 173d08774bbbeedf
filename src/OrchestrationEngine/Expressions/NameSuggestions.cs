namespace OrchestrationEngine.Expressions;

/// <summary>
/// Finds the known name that an unknown one was probably meant to be. It does a bounded amount of work in its life, so that a plan with
/// many wrong names among a million right ones is still refused quickly; after that it has no suggestions.
/// </summary>
internal sealed class NameSuggestions
{
    private const int LongestName = 64;
    private int _comparisonsLeft = 2_000_000;

    /// <summary>The nearest of some names by edit distance.</summary>
    /// <returns>The name, or null when none is near enough to be a slip of the pen.</returns>
    public string? Find(string? name, IEnumerable<string?> known)
    {
        if (string.IsNullOrEmpty(name) || name.Length > LongestName)
        {
            return null;
        }

        string? nearest = null;
        var best = Math.Max(1, Math.Min(3, name.Length / 3)) + 1;
        foreach (var candidate in known)
        {
            if (_comparisonsLeft-- <= 0)
            {
                break;
            }

            if (string.IsNullOrEmpty(candidate) || Math.Abs(candidate.Length - name.Length) >= best)
            {
                continue;
            }

            var distance = string.Equals(candidate, name, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(name, candidate, best);
            if (distance < best)
            {
                (nearest, best) = (candidate, distance);
                if (best == 0)
                {
                    break;
                }
            }
        }

        return nearest;
    }

    // Insertions, deletions, replacements and swaps of neighbours count one each. Gives up once every continuation reaches the bound.
    private static int Distance(string left, string right, int bound)
    {
        Span<int> rows = stackalloc int[3 * (LongestName + 8)];
        var beforeLast = rows[..(right.Length + 1)];
        var last = rows.Slice(LongestName + 8, right.Length + 1);
        var current = rows.Slice(2 * (LongestName + 8), right.Length + 1);
        for (var j = 0; j <= right.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            var smallest = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                var distance = Math.Min(Math.Min(current[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    distance = Math.Min(distance, beforeLast[j - 2] + 1);
                }

                current[j] = distance;
                smallest = Math.Min(smallest, distance);
            }

            if (smallest >= bound)
            {
                return bound;
            }

            var free = beforeLast;
            beforeLast = last;
            last = current;
            current = free;
        }

        return last[right.Length];
    }
}
