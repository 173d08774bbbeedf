using System.Buffers;

namespace OrchestrationEngine.Plans;

/// <summary>
/// The names of artifacts, documents and files in plans: relative, with <c>/</c> between segments that every file system can have. What passes here passes
/// the stricter look of those who open files.
/// </summary>
internal static class RelativeName
{
    private const int LongestSegment = 240;

    private static readonly SearchValues<char> Refused = SearchValues.Create("\\:*?\"<>|");
    private static readonly SearchValues<char> RefusedInPatterns = SearchValues.Create("\\:\"<>|");

    private static readonly HashSet<string> Devices = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$", .. "0123456789¹²³".SelectMany(digit => new[] { $"COM{digit}", $"LPT{digit}" })],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with a name, as the end of a sentence that begins with it; null where nothing is.</summary>
    public static string? Problem(string name) => Problem(name, Refused);

    /// <summary>What is wrong with a pattern for names; null where nothing is.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="mayBeFolder">Whether it may end in <c>/</c>.</param>
    public static string? PatternProblem(string pattern, bool mayBeFolder)
        => Problem(mayBeFolder && pattern.Length > 1 && pattern.EndsWith('/') ? pattern[..^1] : pattern, RefusedInPatterns);

    private static string? Problem(string name, SearchValues<char> refused)
    {
        if (name.StartsWith('/'))
        {
            return "is absolute; expected one that is relative";
        }

        if (name.AsSpan().IndexOfAny(refused) is >= 0 and var at)
        {
            return name[at] == '\\' ? "has a backslash; segments are divided by '/'" : $"has the character '{name[at]}', which not every file system takes";
        }

        if (name.Any(IsInvisibleOrder))
        {
            return "has a mark that has what follows shown in another order";
        }

        return name.Split('/').Select(SegmentProblem).FirstOrDefault(problem => problem is not null);
    }

    private static bool IsInvisibleOrder(char unit)
        => unit is '\u2028' or '\u2029' or '\u200E' or '\u200F' or '\uFEFF' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static string? SegmentProblem(string segment)
    {
        if (segment.Length == 0)
        {
            return "has an empty segment";
        }

        if (segment is "." or "..")
        {
            return $"has the segment '{segment}', which is a way and no name";
        }

        if (segment[^1] == '.' || char.IsWhiteSpace(segment[^1]) || char.IsWhiteSpace(segment[0]))
        {
            return $"has the segment '{segment}', which begins with a blank, or ends with one or with a dot; Windows drops those";
        }

        if (System.Text.Encoding.UTF8.GetByteCount(segment) > LongestSegment)
        {
            return FormattableString.Invariant($"has a segment of more than {LongestSegment} bytes");
        }

        return Devices.Contains(segment.Split('.')[0].TrimEnd()) ? $"has the segment '{segment}', which is a device on Windows" : null;
    }
}
