namespace OrchestrationEngine.Schemas;

/// <summary>Dates and times of RFC 3339 and durations of its appendix A.</summary>
internal static class DateFormats
{
    public static bool IsDateTime(ReadOnlySpan<char> text)
        => text.Length > 11 && text[10] is 'T' or 't' && IsDate(text[..10]) && IsTime(text[11..]);

    public static bool IsDate(ReadOnlySpan<char> text)
        => text.Length == 10 && text[4] == '-' && text[7] == '-'
            && TryNumber(text[..4], out var year) && TryNumber(text[5..7], out var month) && TryNumber(text[8..], out var day)
            && month is >= 1 and <= 12 && day >= 1 && day <= DaysIn(year, month);

    public static bool IsTime(ReadOnlySpan<char> text)
    {
        if (text.Length < 9 || text[2] != ':' || text[5] != ':'
            || !TryNumber(text[..2], out var hour) || !TryNumber(text[3..5], out var minute) || !TryNumber(text[6..8], out var second)
            || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        var rest = text[8..];
        if (rest[0] == '.')
        {
            var end = LeadingDigits.Count(rest[1..]);
            if (end == 0)
            {
                return false;
            }

            rest = rest[(end + 1)..];
        }

        if (!TryOffset(rest, out var offset))
        {
            return false;
        }

        // A leap second comes at the end of a day of UTC.
        return second < 60 || ((hour * 60) + minute - offset + 1440) % 1440 == 1439;
    }

    public static bool IsDuration(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != 'P')
        {
            return false;
        }

        var rest = text[1..];
        if (rest[^1] == 'W')
        {
            return rest.Length > 1 && LeadingDigits.AreAll(rest[..^1]);
        }

        var split = rest.IndexOf('T');
        var date = split < 0 ? rest : rest[..split];
        return AreParts(date, "YMD") && (split < 0 ? date.Length > 0 : split + 1 < rest.Length && AreParts(rest[(split + 1)..], "HMS"));
    }

    // Numbers with units in their order, none left out between two others.
    private static bool AreParts(ReadOnlySpan<char> text, string units)
    {
        var last = -1;
        while (!text.IsEmpty)
        {
            var digits = LeadingDigits.Count(text);
            var unit = digits == 0 || digits == text.Length ? -1 : units.IndexOf(text[digits], StringComparison.Ordinal);
            if (unit <= last || (last >= 0 && unit != last + 1))
            {
                return false;
            }

            last = unit;
            text = text[(digits + 1)..];
        }

        return true;
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is "Z" or "z")
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':' || !TryNumber(text[1..3], out var hour) || !TryNumber(text[4..], out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static int DaysIn(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    private static bool TryNumber(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            value = (value * 10) + (c - '0');
        }

        return true;
    }
}
