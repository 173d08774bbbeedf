using System.Buffers;

namespace OrchestrationEngine.Schemas;

/// <summary>Addresses and identifiers of fixed form: IPv4 (RFC 2673), IPv6 (RFC 4291) and UUID (RFC 4122).</summary>
internal static class AddressFormats
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    public static bool IsIPv4(ReadOnlySpan<char> text)
    {
        for (var part = 0; part < 4; part++)
        {
            var end = part < 3 ? text.IndexOf('.') : text.Length;
            if (end is < 1 or > 3)
            {
                return false;
            }

            var value = 0;
            foreach (var c in text[..end])
            {
                value = char.IsAsciiDigit(c) ? (value * 10) + (c - '0') : 1000;
            }

            if (value > 255 || (text[0] == '0' && end > 1))
            {
                return false;
            }

            text = part < 3 ? text[(end + 1)..] : default;
        }

        return true;
    }

    public static bool IsIPv6(ReadOnlySpan<char> text)
    {
        var gap = text.IndexOf("::");
        if (gap < 0)
        {
            return CountGroups(text, mayEndInIPv4: true) == 8;
        }

        var left = text[..gap];
        var right = text[(gap + 2)..];
        var before = left.IsEmpty ? 0 : CountGroups(left, mayEndInIPv4: false);
        var after = right.IsEmpty ? 0 : CountGroups(right, mayEndInIPv4: true);
        return before >= 0 && after >= 0 && before + after <= 7;
    }

    public static bool IsUuid(ReadOnlySpan<char> text)
    {
        if (text.Length != 36)
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (i is 8 or 13 or 18 or 23 ? text[i] != '-' : !char.IsAsciiHexDigit(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    // The groups of 16 bits, or -1 when the text is something else.
    private static int CountGroups(ReadOnlySpan<char> text, bool mayEndInIPv4)
    {
        var count = 0;
        while (true)
        {
            var end = text.IndexOf(':');
            var group = end < 0 ? text : text[..end];
            if (end < 0 && mayEndInIPv4 && group.Contains('.'))
            {
                return IsIPv4(group) ? count + 2 : -1;
            }

            if (group.Length is < 1 or > 4 || group.ContainsAnyExcept(HexDigits))
            {
                return -1;
            }

            count++;
            if (end < 0)
            {
                return count;
            }

            text = text[(end + 1)..];
        }
    }
}
