using System.Buffers;
using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>
/// Values in a plan file. A string with <c>${...}</c> in it is a template, however deep in the value; <c>$${</c> means the characters <c>${</c>,
/// and a value that has them is written so.
/// </summary>
internal static class PlanLiteral
{
    public const string HalfCharacter = "A string has an escape that is only half of a character; write both halves of a surrogate pair.";

    private static readonly SearchValues<byte> NeedsLook = SearchValues.Create("$\\"u8);

    /// <summary>Reads a value.</summary>
    /// <param name="raw">The JSON text of the value, known to be well-formed.</param>
    /// <param name="input">Takes the value, in memory of its own and without spaces; or where it comes from; or its template.</param>
    /// <param name="error">What is wrong with the value; otherwise null.</param>
    public static bool TryRead(ReadOnlySpan<byte> raw, ref TaskInput input, out string? error)
    {
        error = null;
        try
        {
            switch (raw[0])
            {
                case (byte)'{' or (byte)'[':
                    if (!TemplateReader.TryRead(raw, out var template, out error))
                    {
                        return false;
                    }

                    input = template.IsComputed ? input with { Template = template } : input with { Value = template.Fixed() };
                    return true;
                case (byte)'"' when raw.ContainsAny(NeedsLook):
                    var reader = new Utf8JsonReader(raw);
                    reader.Read();
                    var text = reader.GetString()!;
                    if (!TemplateReader.IsTemplate(text))
                    {
                        input = input with { Value = JsonData.String(TemplateReader.Unescape(text)) };
                        return true;
                    }

                    if (!TemplateReader.TryParse(text, out var computed, out error))
                    {
                        return false;
                    }

                    input = computed.SinglePath is { } path ? input with { From = path } : input with { Template = DataTemplate.Of(computed) };
                    return true;
                default:
                    input = input with { Value = raw.SequenceEqual("null"u8) ? default : JsonData.Trusted(raw.ToArray()) };
                    return true;
            }
        }
        catch (InvalidOperationException)
        {
            // How the reader says that an escape such as \ud800 stands without its other half.
            error = HalfCharacter;
            return false;
        }
    }

    /// <summary>Reads a value in which nothing is a template; null when a string of it has only half of a character.</summary>
    public static JsonData? ReadPlain(ReadOnlySpan<byte> raw)
    {
        try
        {
            return Rewrite(raw, text => text);
        }
        catch (InvalidOperationException)
        {
            // How the reader says that an escape such as \ud800 stands without its other half.
            return null;
        }
    }

    /// <summary>Writes a value so that it reads back as itself.</summary>
    public static void Write(Utf8JsonWriter writer, JsonData value)
    {
        var raw = value.Utf8.Span;
        var plain = raw.IndexOf("${"u8) < 0 && raw.IndexOf("\\u"u8) < 0;
        writer.WriteRawValue(plain ? raw : Rewrite(raw, TemplateReader.Escape).Utf8.Span, skipInputValidation: true);
    }

    private static JsonData Rewrite(ReadOnlySpan<byte> raw, Func<string, string> change)
    {
        var reader = new Utf8JsonReader(raw, new JsonReaderOptions { MaxDepth = TemplateReader.Compact.MaxDepth });
        var buffer = new ArrayBufferWriter<byte>(raw.Length + 16);
        using (var writer = new Utf8JsonWriter(buffer, TemplateReader.Compact))
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.String)
                {
                    writer.WriteStringValue(change(reader.GetString()!));
                }
                else
                {
                    TemplateReader.Copy(ref reader, writer);
                }
            }
        }

        return JsonData.Trusted(buffer.WrittenSpan.ToArray());
    }
}
