using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Agents;

/// <summary>Makes what a program left into the outcome of its attempt.</summary>
internal static class ProcessOutput
{
    private const int ExcerptBytes = 60;

    /// <summary>Reads one JSON value.</summary>
    /// <param name="bytes">What the program left; kept by the result.</param>
    /// <param name="what">Where it left it, as the beginning of a sentence.</param>
    /// <param name="hint">What to do when there is only white space.</param>
    public static AgentResult FromJson(ReadOnlyMemory<byte> bytes, string what, string hint)
    {
        if (bytes.Span.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
        }

        if (bytes.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            return Unusable($"{what} is empty; expected one JSON value. {hint}");
        }

        // The JSON reader looks at the bytes inside strings only when they are read; the journal must never get them.
        if (!Utf8.IsValid(bytes.Span))
        {
            var position = FirstInvalid(bytes.Span);
            return Unusable($"{what} is not UTF-8: byte {position} ({bytes.Span[position]:X2}). {Excerpt(bytes.Span, position)}");
        }

        try
        {
            return AgentResult.Succeeded(JsonData.Parse(bytes));
        }
        catch (JsonException problem)
        {
            var position = PositionOf(bytes.Span, problem.LineNumber, problem.BytePositionInLine);
            return Unusable($"{what} is not one JSON value: {Reason(problem)} {At(problem)}{Excerpt(bytes.Span, position)}");
        }
    }

    /// <summary>Takes a text without the line ends at its end, as a shell does.</summary>
    public static AgentResult FromText(ReadOnlySpan<byte> bytes) => AgentResult.Succeeded(Encoding.UTF8.GetString(bytes).TrimEnd('\r', '\n'));

    private static AgentResult Unusable(string message) => AgentResult.Failed(FailureClass.InvalidOutput, message);

    private static string At(JsonException problem)
        => problem.LineNumber is { } line && problem.BytePositionInLine is { } column ? $"At line {line + 1}, byte {column + 1}. " : "";

    private static string Reason(JsonException problem)
    {
        var end = problem.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return end < 0 ? problem.Message : problem.Message[..end];
    }

    private static string Excerpt(ReadOnlySpan<byte> bytes, int position)
    {
        var start = Math.Max(0, position - ExcerptBytes);
        var end = Math.Min(bytes.Length, position + ExcerptBytes);
        var text = PrintableText.From(bytes[start..end]).ReplaceLineEndings(" ").Trim();
        return $"There it says: {(start > 0 ? "…" : "")}{text}{(end < bytes.Length ? "…" : "")}";
    }

    private static int PositionOf(ReadOnlySpan<byte> bytes, long? line, long? column)
    {
        var start = 0;
        for (var i = 0L; i < line; i++)
        {
            start += bytes[start..].IndexOf((byte)'\n') + 1;
        }

        return (int)Math.Min(start + (column ?? 0), bytes.Length);
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var position = 0;
        while (position < bytes.Length && Rune.DecodeFromUtf8(bytes[position..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            position += length;
        }

        return position;
    }
}
