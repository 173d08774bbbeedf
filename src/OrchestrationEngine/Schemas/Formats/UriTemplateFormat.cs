namespace OrchestrationEngine.Schemas;

/// <summary>URI templates (RFC 6570), by their grammar.</summary>
internal static class UriTemplateFormat
{
    public static bool IsTemplate(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '{':
                    var end = text[i..].IndexOf('}');
                    if (end < 0 || !IsExpression(text.Slice(i + 1, end - 1)))
                    {
                        return false;
                    }

                    i += end;
                    break;
                case '%':
                    if (!IsEscape(text[i..]))
                    {
                        return false;
                    }

                    i += 2;
                    break;
                case <= ' ' or '"' or '<' or '>' or '\\' or '^' or '`' or '|' or '}' or '\u007F':
                    return false;
                default:
                    break;
            }
        }

        return true;
    }

    private static bool IsExpression(ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty && "+#./;?&=,!@|".Contains(text[0], StringComparison.Ordinal))
        {
            text = text[1..];
        }

        while (true)
        {
            var comma = text.IndexOf(',');
            if (!IsVariable(comma < 0 ? text : text[..comma]))
            {
                return false;
            }

            if (comma < 0)
            {
                return true;
            }

            text = text[(comma + 1)..];
        }
    }

    private static bool IsVariable(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        if (colon >= 0)
        {
            var length = text[(colon + 1)..];
            if (length.Length is < 1 or > 4 || length[0] == '0' || !LeadingDigits.AreAll(length))
            {
                return false;
            }

            text = text[..colon];
        }
        else if (text.EndsWith("*"))
        {
            text = text[..^1];
        }

        if (text.IsEmpty || text[0] == '.' || text[^1] == '.' || text.Contains("..", StringComparison.Ordinal))
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' ? !IsEscape(text[i..]) : !char.IsAsciiLetterOrDigit(text[i]) && text[i] is not ('_' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsEscape(ReadOnlySpan<char> text) => text.Length >= 3 && char.IsAsciiHexDigit(text[1]) && char.IsAsciiHexDigit(text[2]);
}
