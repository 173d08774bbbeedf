using System.Globalization;

namespace OrchestrationEngine.Schemas;

/// <summary>Which characters a label may have, and where: RFC 5892, with its rules for context.</summary>
internal static class IdnaRules
{
    public static bool Allow(ReadOnlySpan<int> label)
    {
        // A label must not begin with a mark that combines.
        if (CharUnicodeInfo.GetUnicodeCategory(label[0]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark)
        {
            return false;
        }

        for (var i = 0; i < label.Length; i++)
        {
            if (!IsAllowed(label, i))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsAllowed(ReadOnlySpan<int> label, int at)
    {
        var before = at > 0 ? label[at - 1] : -1;
        var after = at + 1 < label.Length ? label[at + 1] : -1;
        switch (label[at])
        {
            case 0xB7: // MIDDLE DOT, between two l
                return before == 'l' && after == 'l';
            case 0x375: // GREEK KERAIA, before Greek
                return after is >= 0x370 and <= 0x3FF or >= 0x1F00 and <= 0x1FFF;
            case 0x5F3 or 0x5F4: // HEBREW GERESH and GERSHAYIM, after Hebrew
                return before is >= 0x591 and <= 0x5F4;
            case 0x30FB: // KATAKANA MIDDLE DOT, with Hiragana, Katakana or Han
                return label.ContainsAnyInRange(0x3041, 0x3096) || label.ContainsAnyInRange(0x30A1, 0x30FA) || label.ContainsAnyInRange(0x30FC, 0x30FF)
                    || label.ContainsAnyInRange(0x3400, 0x9FFF) || label.Contains(0x3005) || label.Contains(0x3007);
            case 0x200C: // ZERO WIDTH NON-JOINER, after a virama or between letters that would join
                return IsVirama(before) || ArabicJoining.IsBroken(label, at);
            case 0x200D: // ZERO WIDTH JOINER, after a virama
                return IsVirama(before);
            case >= 0x660 and <= 0x669: // ARABIC-INDIC DIGITS, not with the extended ones
                return !label.ContainsAnyInRange(0x6F0, 0x6F9);
            case 0x640 or 0x7FA or 0x302E or 0x302F or (>= 0x3031 and <= 0x3035) or 0x303B:
                return false;
            case 0xDF or 0x3C2 or 0x6FD or 0x6FE or 0xF0B or 0x3007:
                return true;
            case >= 0 and < 0x80:
                return true;
            default:
                return CharUnicodeInfo.GetUnicodeCategory(label[at]) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter
                    or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber;
        }
    }

    private static bool IsVirama(int code)
        => code is 0x94D or 0x9CD or 0xA4D or 0xACD or 0xB4D or 0xBCD or 0xC4D or 0xCCD or 0xD3B or 0xD3C or 0xD4D or 0xDCA or 0xE3A or 0xEBA or 0xF84 or 0x1039 or 0x103A
            or 0x1714 or 0x1734 or 0x17D2 or 0x1A60 or 0x1B44 or 0x1BAA or 0x1BAB or 0x1BF2 or 0x1BF3 or 0x2D7F or 0xA806 or 0xA8C4 or 0xA953 or 0xA9C0 or 0xAAF6 or 0xABED;
}
