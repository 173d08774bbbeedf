using System.Security;

namespace OrchestrationEngine.Expressions;

/// <summary>Arithmetic of timestamps and durations, and what can be asked of them.</summary>
internal static class Times
{
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int LookUpOfZone = 200;
    private const string OutOfRange = "The result is out of range: a timestamp is in the years 1 to 9999, a duration at most 292 years.";

    public static ExpressionValue Timestamp(long seconds, int nanoseconds) =>
        seconds is >= FirstSecond and <= LastSecond ? ExpressionValue.Timestamp(seconds, nanoseconds) : ExpressionValue.Failed(OutOfRange);

    /// <summary>Adds or subtracts; null when the two cannot be.</summary>
    public static ExpressionValue? Compute(TokenKind symbol, in ExpressionValue left, in ExpressionValue right)
    {
        var isPlus = symbol == TokenKind.Plus;
        return (left.Kind, right.Kind) switch
        {
            (ExpressionValueKind.Duration, ExpressionValueKind.Duration) => Duration((Int128)left.Integer + (isPlus ? right.Integer : -(Int128)right.Integer)),
            (ExpressionValueKind.Timestamp, ExpressionValueKind.Duration) => Move(left, isPlus ? right.Integer : -(Int128)right.Integer),
            (ExpressionValueKind.Duration, ExpressionValueKind.Timestamp) when isPlus => Move(right, left.Integer),
            (ExpressionValueKind.Timestamp, ExpressionValueKind.Timestamp) when !isPlus => Duration(InNanoseconds(left) - InNanoseconds(right)),
            _ => null,
        };
    }

    public static ExpressionValue GetFullYear(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) => OfDate("getFullYear", arguments, evaluation, time => time.Year);

    public static ExpressionValue GetMonth(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) => OfDate("getMonth", arguments, evaluation, time => time.Month - 1);

    public static ExpressionValue GetDate(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) => OfDate("getDate", arguments, evaluation, time => time.Day);

    public static ExpressionValue GetDayOfMonth(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) => OfDate("getDayOfMonth", arguments, evaluation, time => time.Day - 1);

    public static ExpressionValue GetDayOfWeek(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) => OfDate("getDayOfWeek", arguments, evaluation, time => (int)time.DayOfWeek);

    public static ExpressionValue GetDayOfYear(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) => OfDate("getDayOfYear", arguments, evaluation, time => time.DayOfYear - 1);

    public static ExpressionValue GetHours(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) => OfTime("getHours", arguments, evaluation, 3600 * NanosecondsPerSecond, time => time.Hour);

    public static ExpressionValue GetMinutes(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) => OfTime("getMinutes", arguments, evaluation, 60 * NanosecondsPerSecond, time => time.Minute);

    public static ExpressionValue GetSeconds(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) => OfTime("getSeconds", arguments, evaluation, NanosecondsPerSecond, time => time.Second);

    /// <summary>Of a duration only what it has beyond its seconds, unlike the other parts of a duration; so CEL has it.</summary>
    public static ExpressionValue GetMilliseconds(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) =>
        arguments.Length == 1 && arguments[0].Kind == ExpressionValueKind.Duration
            ? ExpressionValue.Of(arguments[0].Integer % NanosecondsPerSecond / 1_000_000)
            : OfDate("getMilliseconds", arguments, evaluation, time => time.Millisecond);

    private static ExpressionValue OfTime(string name, ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation, long nanoseconds, Func<DateTime, int> part) =>
        arguments.Length == 1 && arguments[0].Kind == ExpressionValueKind.Duration
            ? ExpressionValue.Of(arguments[0].Integer / nanoseconds)
            : OfDate(name, arguments, evaluation, part);

    private static ExpressionValue OfDate(string name, ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation, Func<DateTime, int> part)
    {
        if (arguments[0].Kind != ExpressionValueKind.Timestamp || (arguments.Length == 2 && arguments[1].Kind != ExpressionValueKind.String))
        {
            return ExpressionFunction.Mismatch(name, "a timestamp and at most the name of a time zone", arguments);
        }

        var time = DateTime.UnixEpoch.AddTicks((arguments[0].Seconds * TimeSpan.TicksPerSecond) + (arguments[0].Nanoseconds / 100));
        if (arguments.Length == 2)
        {
            if (!evaluation.TrySpend(LookUpOfZone))
            {
                return evaluation.Exhausted;
            }

            if (!TryGetOffset(arguments[1].Text, time, out var offset))
            {
                return ExpressionValue.Failed($"'{name}' does not know the time zone {StringLiteral.Quote(arguments[1].Text)}; it is 'UTC', an offset such as '+02:00' or a name such as 'Europe/Paris'.");
            }

            // At the edges of the calendar a zone may lead out of it.
            var ticks = time.Ticks + offset.Ticks;
            if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
            {
                return ExpressionValue.Failed(OutOfRange);
            }

            time = new(ticks, DateTimeKind.Unspecified);
        }

        return ExpressionValue.Of((long)part(time));
    }

    private static bool TryGetOffset(string zone, DateTime time, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (zone is "UTC")
        {
            return true;
        }

        var fixedOffset = zone.Length == 5 ? "+" + zone : zone;
        if (TimeText.TryReadOffset(fixedOffset, out var minutes))
        {
            offset = TimeSpan.FromMinutes(minutes);
            return true;
        }

        try
        {
            // The name becomes part of a file's name, so it must not lead anywhere else.
            if (!IsNameOfZone(zone) || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found))
            {
                return false;
            }

            offset = found.GetUtcOffset(time);
            return true;
        }
        catch (Exception e) when (e is InvalidTimeZoneException or SecurityException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsNameOfZone(string zone) =>
        zone.Length is > 0 and <= 64
        && char.IsAsciiLetter(zone[0])
        && zone.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '/' or '+' or '-');

    private static Int128 InNanoseconds(in ExpressionValue time) => ((Int128)time.Seconds * NanosecondsPerSecond) + time.Nanoseconds;

    private static ExpressionValue Duration(Int128 nanoseconds) =>
        nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue ? ExpressionValue.Duration((long)nanoseconds) : ExpressionValue.Failed(OutOfRange);

    private static ExpressionValue Move(in ExpressionValue time, Int128 nanoseconds)
    {
        var moved = InNanoseconds(time) + nanoseconds;
        var rest = (int)(((moved % NanosecondsPerSecond) + NanosecondsPerSecond) % NanosecondsPerSecond);
        return Timestamp((long)((moved - rest) / NanosecondsPerSecond), rest);
    }
}
