using System.Globalization;
using System.Text;

namespace OrchestrationEngine.Plans;

/// <summary>Says in the words of a plan's author why a text is not JSON.</summary>
internal static class PlanSyntax
{
    public static string Describe(ReadOnlySpan<byte> text, int offset, string readerMessage, int? depthReached)
    {
        if (offset >= text.Length)
        {
            return "The text ends before the plan does: a string, a list or an object is not closed.";
        }

        var found = text[offset];
        return found switch
        {
            (byte)'{' or (byte)'[' when depthReached is { } depth
                => string.Create(CultureInfo.InvariantCulture, $"The nesting is deeper than the limit of {depth} levels ({nameof(PlanLimits)}.{nameof(PlanLimits.MaxDepth)})."),
            (byte)'/' => "A plan can't have comments; put the text into a 'description'.",
            (byte)'}' or (byte)']' when text[..offset].TrimEnd(" \t\r\n"u8) is [.., (byte)','] => "There is a comma after the last entry; leave it out.",
            (byte)'\'' => "Strings and names are written in double quotes.",
            < (byte)' ' => string.Create(CultureInfo.InvariantCulture, $"There is a control character (U+{found:X4}) in the text; inside a string write \\u{found:X4}."),
            _ => $"The text is not JSON: {WithoutPlace(readerMessage)}",
        };
    }

    public static string NotUtf8(ReadOnlySpan<byte> text, int offset)
    {
        var isUtf16 = text.StartsWith(Encoding.Unicode.Preamble) || text.StartsWith(Encoding.BigEndianUnicode.Preamble);
        return isUtf16
            ? "The text is UTF-16; a plan must be UTF-8."
            : string.Create(CultureInfo.InvariantCulture, $"The text is not UTF-8: the byte 0x{text[offset]:X2} can't stand here.");
    }

    // The reader ends its message with the place, which the problem carries already.
    private static string WithoutPlace(string message)
    {
        var place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return place < 0 ? message : message[..place];
    }
}
