using System.Globalization;

namespace OrchestrationEngine.Expressions;

/// <summary>The classes of characters and the escapes of RE2, in .NET's words. RE2's short classes are ASCII.</summary>
internal static class PatternClasses
{
    private const string Digits = "0-9";
    private const string Words = "0-9A-Za-z_";
    private const string Spaces = @"\t\n\f\r\u0020";
    private const int LongestName = 12;

    /// <summary>The members of the class of which an escape means the inside or, in upper case, the outside.</summary>
    public static string? Of(char kind) => kind switch
    {
        'd' or 'D' => Digits,
        'w' or 'W' => Words,
        's' or 'S' => Spaces,
        _ => null,
    };

    /// <summary>All characters outside the class, but those that are pairs.</summary>
    public static string Complement(char kind) => kind switch
    {
        'D' => @"\u0000-/:-\uD7FF\uE000-\uFFFF",
        'W' => @"\u0000-/:-@\[-\^`{-\uD7FF\uE000-\uFFFF",
        _ => @"\u0000-\u0008\u000B\u000E-\u001F!-\uD7FF\uE000-\uFFFF",
    };

    /// <summary>Reads <c>\pL</c>, <c>\p{Lu}</c> or their negations.</summary>
    public static string? Category(string pattern, int position)
    {
        if (position + 2 >= pattern.Length)
        {
            return null;
        }

        var close = pattern[position + 2] == '{' ? pattern.IndexOf('}', position) : position + 3;
        var name = pattern[position + 2] == '{' ? close < 0 ? default : pattern.AsSpan(position + 3, close - position - 3) : pattern.AsSpan(position + 2, 1);
        return name.Length is 1 or 2 && char.IsAsciiLetterUpper(name[0]) && (name.Length == 1 || char.IsAsciiLetterLower(name[1]))
            ? $"\\{pattern[position + 1]}{{{name}}}"
            : null;
    }

    /// <summary>Reads an escape for one character, and moves behind it.</summary>
    public static string? Character(string pattern, ref int position)
    {
        var kind = position + 1 < pattern.Length ? pattern[position + 1] : '\0';
        if (kind == 'x')
        {
            return Code(pattern, ref position);
        }

        if (!char.IsAscii(kind) || char.IsAsciiLetterOrDigit(kind) || kind == '\0')
        {
            if (kind is not ('t' or 'n' or 'r' or 'f' or 'v' or 'a'))
            {
                return null;
            }
        }

        position += 2;
        return $"\\{kind}";
    }

    /// <summary>Reads a class such as <c>[:alpha:]</c> within a class, and moves behind it.</summary>
    public static string? Named(string pattern, ref int position)
    {
        var end = pattern.IndexOf(":]", position, StringComparison.Ordinal);
        var members = end < 0 || end - position > LongestName ? null : pattern[(position + 2)..end] switch
        {
            "alnum" => "0-9A-Za-z",
            "alpha" => "A-Za-z",
            "ascii" => @"\u0000-\u007F",
            "blank" => @"\t\u0020",
            "cntrl" => @"\u0000-\u001F\u007F",
            "digit" => Digits,
            "graph" => "!-~",
            "lower" => "a-z",
            "print" => @"\u0020-~",
            "punct" => @"!-/:-@\[-`{-~",
            "space" => @"\t\n\v\f\r\u0020",
            "upper" => "A-Z",
            "word" => Words,
            "xdigit" => "0-9A-Fa-f",
            _ => null,
        };
        position = members is null ? position : end + 2;
        return members;
    }

    private static string? Code(string pattern, ref int position)
    {
        var isLong = position + 2 < pattern.Length && pattern[position + 2] == '{';
        var start = position + (isLong ? 3 : 2);
        var end = isLong ? pattern.IndexOf('}', start) : start + 2;
        if (end < start || end > pattern.Length || end - start > 6
            || !int.TryParse(pattern.AsSpan(start, end - start), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || code > 0xFFFF
            || code is >= 0xD800 and <= 0xDFFF)
        {
            return null;
        }

        position = end + (isLong ? 1 : 0);
        return $"\\u{code:X4}";
    }
}
