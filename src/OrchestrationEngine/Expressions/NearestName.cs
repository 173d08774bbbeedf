namespace OrchestrationEngine.Expressions;

/// <summary>Finds the name that was probably meant, for "did you mean".</summary>
internal static class NearestName
{
    private const int LongestName = 64;
    private const int MostNames = 1_000;

    /// <summary>The known name with the fewest edits, if they are few for its length; the first of equals.</summary>
    public static string? Of(string wanted, IEnumerable<string> known)
    {
        if (wanted.Length > LongestName)
        {
            return null;
        }

        string? nearest = null;
        var fewest = Math.Max(1, (wanted.Length + 1) / 3) + 1;
        foreach (var name in known.Take(MostNames).Where(name => Math.Abs(name.Length - wanted.Length) < fewest))
        {
            var edits = Edits(wanted.ToUpperInvariant(), name.ToUpperInvariant());
            if (edits < fewest)
            {
                (nearest, fewest) = (name, edits);
            }
        }

        return nearest;
    }

    private static int Edits(string from, string to)
    {
        Span<int> row = stackalloc int[to.Length + 1];
        for (var column = 0; column <= to.Length; column++)
        {
            row[column] = column;
        }

        for (var line = 1; line <= from.Length; line++)
        {
            var diagonal = row[0];
            row[0] = line;
            for (var column = 1; column <= to.Length; column++)
            {
                var replaced = diagonal + (from[line - 1] == to[column - 1] ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(replaced, Math.Min(row[column], row[column - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
