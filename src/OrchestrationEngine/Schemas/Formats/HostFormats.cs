namespace OrchestrationEngine.Schemas;

/// <summary>Host names: of RFC 1123, with the encoded labels of RFC 5890, and those with characters beyond ASCII by the rules of RFC 5892.</summary>
internal static class HostFormats
{
    private const int LongestName = 253;
    private const int LongestLabel = 63;

    public static bool IsHostName(ReadOnlySpan<char> text) => AreLabels(text, isInternational: false);

    public static bool IsInternationalHostName(ReadOnlySpan<char> text) => AreLabels(text, isInternational: true);

    private static bool AreLabels(ReadOnlySpan<char> text, bool isInternational)
    {
        if (text.IsEmpty || text.Length > LongestName)
        {
            return false;
        }

        while (true)
        {
            var end = isInternational ? text.IndexOfAny(".\u3002\uFF0E\uFF61") : text.IndexOf('.');
            if (!IsLabel(end < 0 ? text : text[..end], isInternational))
            {
                return false;
            }

            if (end < 0)
            {
                return true;
            }

            text = text[(end + 1)..];
        }
    }

    private static bool IsLabel(ReadOnlySpan<char> label, bool isInternational)
    {
        if (label.Length is 0 or > LongestLabel || label[0] == '-' || label[^1] == '-')
        {
            return false;
        }

        var isAscii = true;
        foreach (var c in label)
        {
            isAscii &= c <= '\u007F';
            if (c <= '\u007F' ? !char.IsAsciiLetterOrDigit(c) && c != '-' : !isInternational)
            {
                return false;
            }
        }

        if (label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase))
        {
            return isAscii && IsEncoded(label[4..]);
        }

        // Hyphens in both places are kept for encodings.
        if (label.Length >= 4 && label[2] == '-' && label[3] == '-')
        {
            return false;
        }

        if (isAscii)
        {
            return true;
        }

        Span<int> codes = stackalloc int[LongestLabel];
        var count = 0;
        for (var i = 0; i < label.Length; i++)
        {
            var isPair = char.IsHighSurrogate(label[i]) && i + 1 < label.Length && char.IsLowSurrogate(label[i + 1]);
            codes[count++] = isPair ? char.ConvertToUtf32(label[i], label[++i]) : label[i];
        }

        return Punycode.EncodedLength(codes[..count]) + 4 <= LongestLabel && IdnaRules.Allow(codes[..count]);
    }

    private static bool IsEncoded(ReadOnlySpan<char> encoded)
    {
        Span<int> codes = stackalloc int[LongestLabel];
        var count = Punycode.Decode(encoded, codes);
        if (count <= 0 || !IdnaRules.Allow(codes[..count]))
        {
            return false;
        }

        // What is plain ASCII must not be encoded.
        foreach (var code in codes[..count])
        {
            if (code > 0x7F)
            {
                return codes[..count][0] != '-' && codes[..count][^1] != '-' && (count < 4 || codes[2] != '-' || codes[3] != '-');
            }
        }

        return false;
    }
}
