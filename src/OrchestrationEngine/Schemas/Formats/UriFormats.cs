namespace OrchestrationEngine.Schemas;

/// <summary>URIs (RFC 3986) and IRIs (RFC 3987), by their grammar.</summary>
internal static class UriFormats
{
    public static bool IsUri(ReadOnlySpan<char> text, bool mayBeRelative, bool isInternational)
    {
        if (!TakeTail(ref text, '#', isInternational, isQuery: false) || !TakeTail(ref text, '?', isInternational, isQuery: true))
        {
            return false;
        }

        var colon = text.IndexOf(':');
        var slash = text.IndexOf('/');
        if (colon >= 0 && (slash < 0 || colon < slash))
        {
            // A colon in the first segment can only be that of a scheme.
            if (!UriText.IsScheme(text[..colon]))
            {
                return false;
            }

            text = text[(colon + 1)..];
        }
        else if (!mayBeRelative)
        {
            return false;
        }

        if (!text.StartsWith("//"))
        {
            return AreAllowed(text, ":@/", isInternational);
        }

        var authority = text[2..];
        var end = authority.IndexOf('/');
        return end < 0 ? IsAuthority(authority, isInternational) : IsAuthority(authority[..end], isInternational) && AreAllowed(authority[end..], ":@/", isInternational);
    }

    private static bool TakeTail(ref ReadOnlySpan<char> text, char mark, bool isInternational, bool isQuery)
    {
        var at = text.IndexOf(mark);
        if (at < 0)
        {
            return true;
        }

        var tail = text[(at + 1)..];
        text = text[..at];
        return AreAllowed(tail, ":@/?", isInternational, mayBePrivate: isQuery);
    }

    private static bool IsAuthority(ReadOnlySpan<char> text, bool isInternational)
    {
        var at = text.LastIndexOf('@');
        if (at >= 0)
        {
            if (!AreAllowed(text[..at], ":", isInternational))
            {
                return false;
            }

            text = text[(at + 1)..];
        }

        if (text.StartsWith("["))
        {
            var end = text.IndexOf(']');
            return end > 0 && IsLiteral(text[1..end]) && IsPort(text[(end + 1)..]);
        }

        var colon = text.IndexOf(':');
        return colon < 0 ? AreAllowed(text, string.Empty, isInternational) : AreAllowed(text[..colon], string.Empty, isInternational) && IsPort(text[colon..]);
    }

    private static bool IsPort(ReadOnlySpan<char> text) => text.IsEmpty || (text[0] == ':' && LeadingDigits.AreAll(text[1..]));

    private static bool IsLiteral(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] is not ('v' or 'V'))
        {
            return AddressFormats.IsIPv6(text);
        }

        var point = text.IndexOf('.');
        return point > 1 && point + 1 < text.Length && IsHex(text[1..point]) && AreAllowed(text[(point + 1)..], ":", isInternational: false) && !text.Contains('%');
    }

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
        }

        return true;
    }

    // Unreserved characters, sub-delimiters, percent escapes and what the place has besides.
    private static bool AreAllowed(ReadOnlySpan<char> text, string besides, bool isInternational, bool mayBePrivate = false)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '%')
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                {
                    return false;
                }

                i += 2;
            }
            else if (c > '\u007F' ? !isInternational || !IsInternational(c, mayBePrivate)
                : !char.IsAsciiLetterOrDigit(c) && !"-._~!$&'()*+,;=".Contains(c, StringComparison.Ordinal) && !besides.Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    // Characters beyond U+FFFF come as pairs of surrogates and are all but allowed.
    private static bool IsInternational(char c, bool mayBePrivate)
        => c is >= '\u00A0' and <= '\uDFFF' or >= '\uF900' and <= '\uFDCF' or >= '\uFDF0' and <= '\uFFEF' || (mayBePrivate && c is >= '\uE000' and <= '\uF8FF');
}
