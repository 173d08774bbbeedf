using System.Text;

namespace OrchestrationEngine.Agents;

/// <summary>Makes bytes of unknown origin into text that is safe in a log or a message: terminals obey control characters.</summary>
internal static class PrintableText
{
    private const char Replacement = '\uFFFD';

    /// <summary>Decodes; what is not UTF-8, and control characters other than tab and line ends, become U+FFFD.</summary>
    public static string From(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        return text.AsSpan().ContainsAnyInRange('\0', '\u001F') || text.AsSpan().ContainsAnyInRange('\u007F', '\u009F')
            ? string.Create(text.Length, text, static (target, source) =>
            {
                for (var i = 0; i < source.Length; i++)
                {
                    target[i] = char.IsControl(source[i]) && source[i] is not ('\t' or '\n' or '\r') ? Replacement : source[i];
                }
            })
            : text;
    }

    /// <summary>The end of what a program wrote, without a character that is cut in two at its beginning.</summary>
    public static string FromEnd(ReadOnlySpan<byte> bytes, bool isCut)
    {
        while (isCut && bytes.Length > 0 && (bytes[0] & 0xC0) == 0x80)
        {
            bytes = bytes[1..];
        }

        return (isCut ? "…" : "") + From(bytes).Trim();
    }
}
