using System.Buffers;
using System.Globalization;

namespace OrchestrationEngine.Expressions;

/// <summary>Timestamps as RFC 3339 has them, and durations as <c>1h30m</c>; to the nanosecond.</summary>
internal static class TimeText
{
    private const int LongestText = 64;
    private static readonly SearchValues<char> NumberParts = SearchValues.Create("0123456789.");
    private static readonly (string Name, long Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("\u00b5s", 1_000), ("\u03bcs", 1_000), ("ms", 1_000_000),
        ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
    ];

    public static string Timestamp(long seconds, int nanoseconds) =>
        DateTime.UnixEpoch.AddSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) + Fraction(nanoseconds) + "Z";

    public static string Duration(long nanoseconds)
    {
        var (seconds, rest) = Math.DivRem(nanoseconds, 1_000_000_000);
        return $"{(nanoseconds < 0 ? "-" : "")}{Math.Abs(seconds).ToString(CultureInfo.InvariantCulture)}{Fraction((int)Math.Abs(rest))}s";
    }

    /// <summary>Reads a timestamp in the years 1 to 9999.</summary>
    public static bool TryReadTimestamp(string text, out long seconds, out int nanoseconds)
    {
        (seconds, nanoseconds) = (0, 0);
        if (text.Length is < 20 or > LongestText
            || text[10] is not ('T' or 't')
            || !DateTime.TryParseExact(text.AsSpan(0, 19), "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return false;
        }

        var position = 19;
        if (text[position] == '.' && !TryReadFraction(text, ref position, out nanoseconds))
        {
            return false;
        }

        if (!TryReadOffset(text.AsSpan(position), out var minutes))
        {
            return false;
        }

        seconds = ((time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond) - (minutes * 60L);
        return true;
    }

    /// <summary>Reads <c>Z</c>, <c>+hh:mm</c> or <c>-hh:mm</c>.</summary>
    public static bool TryReadOffset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is "Z" or "z")
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':' || !TryReadTwo(text[1..], out var hours) || !TryReadTwo(text[4..], out var rest))
        {
            return false;
        }

        minutes = ((hours * 60) + rest) * (text[0] == '-' ? -1 : 1);
        return hours < 24 && rest < 60;
    }

    /// <summary>Reads numbers with units.</summary>
    public static bool TryReadDuration(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        var rest = text.AsSpan();
        var isNegative = rest is ['-', ..];
        rest = rest is ['-' or '+', ..] ? rest[1..] : rest;
        if (rest is "0")
        {
            return true;
        }

        if (rest.Length == 0 || text.Length > LongestText)
        {
            return false;
        }

        var sum = 0m;
        while (rest.Length > 0)
        {
            var length = rest.IndexOfAnyExcept(NumberParts);
            if (length <= 0 || !decimal.TryParse(rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue)
            {
                return false;
            }

            rest = rest[length..];
            if (!TryReadUnit(ref rest, out var unit))
            {
                return false;
            }

            sum += number * unit;
        }

        sum = Math.Truncate(isNegative ? -sum : sum);
        if (sum is < long.MinValue or > long.MaxValue)
        {
            return false;
        }

        nanoseconds = (long)sum;
        return true;
    }

    private static bool TryReadUnit(ref ReadOnlySpan<char> text, out long nanoseconds)
    {
        foreach (var unit in Units)
        {
            if (text.StartsWith(unit.Name, StringComparison.Ordinal))
            {
                text = text[unit.Name.Length..];
                nanoseconds = unit.Nanoseconds;
                return true;
            }
        }

        nanoseconds = 0;
        return false;
    }

    private static bool TryReadFraction(string text, ref int position, out int nanoseconds)
    {
        nanoseconds = 0;
        var start = ++position;
        for (; position < text.Length && char.IsAsciiDigit(text[position]); position++)
        {
            if (position - start < 9)
            {
                nanoseconds = (nanoseconds * 10) + (text[position] - '0');
            }
        }

        for (var digits = position - start; digits is > 0 and < 9; digits++)
        {
            nanoseconds *= 10;
        }

        return position > start;
    }

    private static bool TryReadTwo(ReadOnlySpan<char> text, out int number) => int.TryParse(text[..2], NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Fraction(int nanoseconds) =>
        nanoseconds == 0 ? "" : "." + nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
}
