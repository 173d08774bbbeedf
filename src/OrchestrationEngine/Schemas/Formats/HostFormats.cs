namespace OrchestrationEngine.Schemas;

/// <summary>Host names: of RFC 1123, with the encoded labels of RFC 5890, and those with characters beyond ASCII by the rules of RFC 5892 and 5893.</summary>
internal static class HostFormats
{
    private const int LongestName = 253;
    private const int LongestLabel = 63;
    private const string Encoding = "xn--";

    public static bool IsHostName(ReadOnlySpan<char> text) => AreLabels(text, isInternational: false);

    public static bool IsInternationalHostName(ReadOnlySpan<char> text) => AreLabels(text, isInternational: true);

    private static bool AreLabels(ReadOnlySpan<char> text, bool isInternational)
    {
        if (text.IsEmpty || text.Length > LongestName)
        {
            return false;
        }

        // The rule for names with characters written from right to left is one for each of their labels.
        var isBidi = false;
        var keepBidi = true;
        Span<int> codes = stackalloc int[LongestLabel];
        while (true)
        {
            var end = isInternational ? text.IndexOfAny(".\u3002\uFF0E\uFF61") : text.IndexOf('.');
            var count = ReadLabel(end < 0 ? text : text[..end], codes, isInternational);
            if (count == 0)
            {
                return false;
            }

            isBidi |= BidiRule.IsBidi(codes[..count]);
            keepBidi &= BidiRule.Allows(codes[..count]);
            if (end < 0)
            {
                return !isBidi || keepBidi;
            }

            text = text[(end + 1)..];
        }
    }

    // How many characters a label has once it is decoded, or 0 when it isn't one.
    private static int ReadLabel(ReadOnlySpan<char> label, Span<int> codes, bool isInternational)
    {
        if (label.Length is 0 or > LongestLabel)
        {
            return 0;
        }

        var isAscii = true;
        foreach (var c in label)
        {
            isAscii &= c <= '\u007F';
            if (c <= '\u007F' ? !char.IsAsciiLetterOrDigit(c) && c != '-' : !isInternational)
            {
                return 0;
            }
        }

        if (label.StartsWith(Encoding, StringComparison.OrdinalIgnoreCase))
        {
            // What is plain ASCII must not be encoded.
            var decoded = isAscii ? Punycode.Decode(label[Encoding.Length..], codes) : -1;
            return decoded > 0 && codes[..decoded].ContainsAnyExceptInRange(0, 0x7F) && IsDecodedLabel(codes[..decoded]) ? decoded : 0;
        }

        var count = 0;
        for (var i = 0; i < label.Length; i++)
        {
            var isPair = char.IsHighSurrogate(label[i]) && i + 1 < label.Length && char.IsLowSurrogate(label[i + 1]);
            codes[count++] = isPair ? char.ConvertToUtf32(label[i], label[++i]) : label[i];
        }

        return IsDecodedLabel(codes[..count]) && (isAscii || Punycode.EncodedLength(codes[..count]) + Encoding.Length <= LongestLabel) ? count : 0;
    }

    // Hyphens in the third and fourth place are kept for encodings.
    private static bool IsDecodedLabel(ReadOnlySpan<int> label)
        => label[0] != '-' && label[^1] != '-' && (label.Length < 4 || label[2] != '-' || label[3] != '-') && IdnaRules.Allow(label);
}
