namespace OrchestrationEngine.Schemas;

/// <summary>Addresses of mail: <c>Mailbox</c> of RFC 5321, and with characters beyond ASCII that of RFC 6531.</summary>
internal static class MailFormats
{
    public static bool IsEmail(ReadOnlySpan<char> text) => IsMailbox(text, isInternational: false);

    public static bool IsInternationalEmail(ReadOnlySpan<char> text) => IsMailbox(text, isInternational: true);

    private static bool IsMailbox(ReadOnlySpan<char> text, bool isInternational)
    {
        var at = text.LastIndexOf('@');
        if (at is < 1 || at + 1 == text.Length)
        {
            return false;
        }

        var local = text[..at];
        var domain = text[(at + 1)..];
        return (local[0] == '"' ? IsQuoted(local, isInternational) : IsDotted(local, isInternational)) && IsDomain(domain, isInternational);
    }

    private static bool IsDomain(ReadOnlySpan<char> domain, bool isInternational)
    {
        if (domain[0] != '[')
        {
            return isInternational ? HostFormats.IsInternationalHostName(domain) : HostFormats.IsHostName(domain);
        }

        if (domain[^1] != ']')
        {
            return false;
        }

        var literal = domain[1..^1];
        return literal.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? AddressFormats.IsIPv6(literal[5..]) : AddressFormats.IsIPv4(literal);
    }

    private static bool IsDotted(ReadOnlySpan<char> text, bool isInternational)
    {
        if (text[0] == '.' || text[^1] == '.' || text.Contains("..", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (c > '\u007F' ? !isInternational : !char.IsAsciiLetterOrDigit(c) && !".!#$%&'*+-/=?^_`{|}~".Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsQuoted(ReadOnlySpan<char> text, bool isInternational)
    {
        if (text.Length < 2 || text[^1] != '"')
        {
            return false;
        }

        for (var i = 1; i < text.Length - 1; i++)
        {
            if (text[i] == '\\')
            {
                i++;
                if (i == text.Length - 1)
                {
                    return false;
                }
            }
            else if (text[i] == '"')
            {
                return false;
            }

            if (text[i] > '\u007F' ? !isInternational : text[i] is < ' ' or '\u007F')
            {
                return false;
            }
        }

        return true;
    }
}
