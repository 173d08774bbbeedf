using System.Globalization;

namespace OrchestrationEngine.Schemas;

/// <summary>
/// The rule for labels of names with characters that are written from right to left (RFC 5893, section 2). .NET doesn't know the direction of
/// characters; it follows here from their blocks and categories, which is exact for letters, marks and digits, of which labels consist.
/// </summary>
internal static class BidiRule
{
    private enum Direction
    {
        Left,
        Right,
        EuropeanDigit,
        ArabicDigit,
        Mark,
        Neutral,
    }

    /// <summary>Whether a label makes its whole name one that the rule is for.</summary>
    public static bool IsBidi(ReadOnlySpan<int> label)
    {
        foreach (var code in label)
        {
            if (Of(code) is Direction.Right or Direction.ArabicDigit)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the rule allows a label of such a name.</summary>
    public static bool Allows(ReadOnlySpan<int> label)
    {
        var first = Of(label[0]);
        if (first is not (Direction.Left or Direction.Right))
        {
            return false;
        }

        var (last, hasEuropean, hasArabic) = (first, false, false);
        foreach (var code in label)
        {
            var direction = Of(code);
            hasEuropean |= direction == Direction.EuropeanDigit;
            hasArabic |= direction == Direction.ArabicDigit;
            if (direction == (first == Direction.Left ? Direction.Right : Direction.Left) || (first == Direction.Left && hasArabic))
            {
                return false;
            }

            last = direction == Direction.Mark ? last : direction;
        }

        return last != Direction.Neutral && !(first == Direction.Right && hasEuropean && hasArabic);
    }

    private static Direction Of(int code)
    {
        switch (CharUnicodeInfo.GetUnicodeCategory(code))
        {
            case UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format:
                return Direction.Mark;
            case UnicodeCategory.DecimalDigitNumber:
                return code is (>= '0' and <= '9') or (>= 0x6F0 and <= 0x6F9) ? Direction.EuropeanDigit
                    : code is >= 0x660 and <= 0x669 ? Direction.ArabicDigit
                    : IsRight(code) ? Direction.Right : Direction.Left;
            case UnicodeCategory.DashPunctuation:
                return Direction.Neutral;
            default:
                return IsRight(code) ? Direction.Right : Direction.Left;
        }
    }

    private static bool IsRight(int code)
        => code is (>= 0x590 and <= 0x8FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFF) or (>= 0x10800 and <= 0x10FFF) or (>= 0x1E800 and <= 0x1EFFF);
}
