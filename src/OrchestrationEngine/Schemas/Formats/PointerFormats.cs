namespace OrchestrationEngine.Schemas;

/// <summary>JSON pointers (RFC 6901) and relative ones.</summary>
internal static class PointerFormats
{
    public static bool IsPointer(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] != '/')
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '~' && (i + 1 == text.Length || text[i + 1] is not ('0' or '1')))
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsRelativePointer(ReadOnlySpan<char> text)
    {
        var digits = LeadingDigits.Count(text);
        if (digits == 0 || (text[0] == '0' && digits > 1))
        {
            return false;
        }

        return text[digits..] is "#" || IsPointer(text[digits..]);
    }
}
