namespace OrchestrationEngine.Handoffs;

/// <summary>
/// A pattern for names with <c>/</c> between their segments: <c>?</c> is any one character, <c>*</c> any characters within a segment, <c>**</c> any
/// segments, also none. Matching costs at most the product of the lengths. Immutable.
/// </summary>
internal sealed class NamePattern
{
    private const string AnySegments = "**";

    public NamePattern(string text)
    {
        Text = text;
        IsFolder = text.EndsWith('/');
        Segments = text.TrimEnd('/').Split('/');
    }

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether it means a folder: it ends in <c>/</c>.</summary>
    public bool IsFolder { get; }

    public string[] Segments { get; }

    /// <summary>Whether it only leads down: it is not absolute, and no segment is empty or a way up.</summary>
    public bool StaysBelow => Segments.All(segment => segment is not ("" or "." or "..") && segment.AsSpan().IndexOfAny('\\', ':') < 0);

    /// <summary>Whether the whole name matches.</summary>
    public bool Matches(string name)
    {
        var names = name.Split('/');
        var (at, pattern, star, starAt) = (0, 0, -1, 0);
        while (at < names.Length)
        {
            if (pattern < Segments.Length && IsAnySegments(Segments[pattern]))
            {
                (star, starAt) = (pattern++, at);
            }
            else if (pattern < Segments.Length && MatchesSegment(Segments[pattern], names[at]))
            {
                pattern++;
                at++;
            }
            else if (star >= 0)
            {
                // What '**' took was too little: it takes one segment more.
                (pattern, at) = (star + 1, ++starAt);
            }
            else
            {
                return false;
            }
        }

        while (pattern < Segments.Length && IsAnySegments(Segments[pattern]))
        {
            pattern++;
        }

        return pattern == Segments.Length;
    }

    public static bool IsAnySegments(string segment) => segment == AnySegments;

    /// <summary>Whether a segment is a name and nothing else.</summary>
    public static bool IsLiteral(string segment) => segment.AsSpan().IndexOfAny('*', '?') < 0;

    /// <summary>Whether one segment of a name matches one of a pattern that is not <c>**</c>.</summary>
    public static bool MatchesSegment(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var (at, next, star, starAt) = (0, 0, -1, 0);
        while (at < name.Length)
        {
            if (next < pattern.Length && pattern[next] == '*')
            {
                (star, starAt) = (next++, at);
            }
            else if (next < pattern.Length && (pattern[next] == '?' || pattern[next] == name[at]))
            {
                next++;
                at++;
            }
            else if (star >= 0)
            {
                (next, at) = (star + 1, ++starAt);
            }
            else
            {
                return false;
            }
        }

        return pattern[next..].TrimStart('*').IsEmpty;
    }
}
