using System.Buffers;
using System.Globalization;
using System.Text;

namespace OrchestrationEngine.Plans;

/// <summary>
/// The text of a duration in a plan: whole or fractional numbers with units, largest unit first, as in <c>250ms</c>, <c>30s</c>,
/// <c>1h30m</c>, <c>1.5s</c>. The units are <c>h</c>, <c>m</c>, <c>s</c>, <c>ms</c>, <c>us</c> (or <c>µs</c>) and <c>ns</c>.
/// </summary>
/// <remarks>Every <see cref="TimeSpan"/> has a text that reads back as the same number of ticks.</remarks>
public static class PlanDuration
{
    private const int LongestNumber = 24;

    private static readonly SearchValues<char> NumberSigns = SearchValues.Create("0123456789.");

    /// <summary>Reads a duration.</summary>
    /// <param name="text">The text; <c>0</c> needs no unit, and a minus sign at the beginning makes all of it negative.</param>
    /// <param name="duration">The duration, or zero when the text is not one.</param>
    /// <returns>
    /// Whether the text is a duration. It is not when a unit is missing, unknown, given twice or out of order, when it is finer than
    /// 100 nanoseconds, or when it is longer than a <see cref="TimeSpan"/> can be.
    /// </returns>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        var negative = text is ['-', ..];
        var rest = negative ? text[1..] : text;
        if (rest is "0")
        {
            return true;
        }

        var ticks = 0m;
        var smallest = int.MaxValue;
        var any = false;
        while (!rest.IsEmpty)
        {
            if (!TryTakePart(ref rest, out var value, out var rank, out var unit) || rank >= smallest || value > long.MaxValue / unit + 1)
            {
                return false;
            }

            ticks += value * unit;
            smallest = rank;
            any = true;
        }

        ticks = negative ? -ticks : ticks;
        if (!any || ticks != decimal.Truncate(ticks) || ticks < long.MinValue || ticks > long.MaxValue)
        {
            return false;
        }

        duration = new TimeSpan((long)ticks);
        return true;
    }

    /// <summary>Writes a duration, in the shortest of the forms that <see cref="TryParse"/> reads.</summary>
    /// <param name="duration">The duration.</param>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        var text = new StringBuilder(duration < TimeSpan.Zero ? "-" : string.Empty);
        // The smallest TimeSpan has no positive counterpart, so the ticks are counted without a sign.
        var ticks = duration < TimeSpan.Zero ? (ulong)-(duration.Ticks + 1) + 1 : (ulong)duration.Ticks;
        if (ticks < TimeSpan.TicksPerSecond)
        {
            return ticks switch
            {
                _ when ticks % TimeSpan.TicksPerMillisecond == 0 => text.Append(ticks / TimeSpan.TicksPerMillisecond).Append("ms").ToString(),
                _ when ticks % TimeSpan.TicksPerMicrosecond == 0 => text.Append(ticks / TimeSpan.TicksPerMicrosecond).Append("us").ToString(),
                _ => text.Append(ticks * TimeSpan.NanosecondsPerTick).Append("ns").ToString(),
            };
        }

        Append(ticks / TimeSpan.TicksPerHour, "h");
        Append(ticks % TimeSpan.TicksPerHour / TimeSpan.TicksPerMinute, "m");
        Append(ticks % TimeSpan.TicksPerMinute / (decimal)TimeSpan.TicksPerSecond, "s");
        return text.ToString();

        void Append(decimal value, string unit)
        {
            if (value > 0)
            {
                text.Append(value.ToString("0.#######", CultureInfo.InvariantCulture)).Append(unit);
            }
        }
    }

    private static bool TryTakePart(ref ReadOnlySpan<char> rest, out decimal value, out int rank, out decimal unit)
    {
        var length = rest.IndexOfAnyExcept(NumberSigns);
        value = rank = 0;
        unit = 0;
        if (length is < 1 or > LongestNumber
            || !char.IsAsciiDigit(rest[0])
            || !char.IsAsciiDigit(rest[length - 1])
            || !decimal.TryParse(rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value))
        {
            return false;
        }

        rest = rest[length..];
        var end = rest.IndexOfAnyInRange('0', '9');
        var name = end < 0 ? rest : rest[..end];
        rest = rest[name.Length..];
        (rank, unit) = name switch
        {
            "h" => (6, TimeSpan.TicksPerHour),
            "m" => (5, TimeSpan.TicksPerMinute),
            "s" => (4, TimeSpan.TicksPerSecond),
            "ms" => (3, TimeSpan.TicksPerMillisecond),
            "us" or "µs" or "μs" => (2, TimeSpan.TicksPerMicrosecond),
            "ns" => (1, 0.01m),
            _ => (0, 0m),
        };
        return rank > 0;
    }
}
