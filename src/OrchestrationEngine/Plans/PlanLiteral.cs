using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>
/// Values in a plan file. A string that is wholly <c>${...}</c> is a binding; everywhere else <c>${</c> is kept free for templates, so a
/// value that has it is written with <c>$${</c>. The rule holds for every string of a value, however deep.
/// </summary>
internal static class PlanLiteral
{
    public const string WholeValuesOnly =
        "A binding is the whole value, as in \"${inputs.name}\"; it can't be a part of a text or of an object. To mean the characters '${' write '$${'.";

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000 };
    private static readonly SearchValues<byte> NeedsLook = SearchValues.Create("$\\"u8);

    /// <summary>Reads a value.</summary>
    /// <param name="raw">The JSON text of the value, known to be well-formed.</param>
    /// <param name="value">The value, in memory of its own and without spaces.</param>
    /// <param name="binding">What is between <c>${</c> and <c>}</c> when the value is a binding; otherwise null.</param>
    /// <param name="error">What is wrong with the value; otherwise null.</param>
    public static bool TryRead(ReadOnlySpan<byte> raw, out JsonData value, out string? binding, out string? error)
    {
        value = default;
        binding = error = null;
        try
        {
            switch (raw[0])
            {
                case (byte)'{' or (byte)'[':
                    value = Rewrite(raw, Unescape);
                    return true;
                case (byte)'"' when raw.ContainsAny(NeedsLook):
                    var reader = new Utf8JsonReader(raw);
                    reader.Read();
                    var text = reader.GetString()!;
                    if (text.StartsWith("${", StringComparison.Ordinal) && text.EndsWith('}'))
                    {
                        binding = text[2..^1];
                    }
                    else
                    {
                        value = JsonData.String(Unescape(text));
                    }

                    return true;
                default:
                    value = raw.SequenceEqual("null"u8) ? default : JsonData.Trusted(raw.ToArray());
                    return true;
            }
        }
        catch (FormatException wrong)
        {
            error = wrong.Message;
            return false;
        }
        catch (InvalidOperationException)
        {
            // How the reader says that an escape such as \ud800 stands without its other half.
            error = "A string has an escape that is only half of a character; write both halves of a surrogate pair.";
            return false;
        }
    }

    /// <summary>Writes a value so that it reads back as itself.</summary>
    public static void Write(Utf8JsonWriter writer, JsonData value)
    {
        var raw = value.Utf8.Span;
        var plain = raw.IndexOf("${"u8) < 0 && raw.IndexOf("\\u"u8) < 0;
        writer.WriteRawValue(plain ? raw : Rewrite(raw, Escape).Utf8.Span, skipInputValidation: true);
    }

    private static JsonData Rewrite(ReadOnlySpan<byte> raw, Func<string, string> change)
    {
        var reader = new Utf8JsonReader(raw, new JsonReaderOptions { MaxDepth = Compact.MaxDepth });
        var buffer = new ArrayBufferWriter<byte>(raw.Length + 16);
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            while (reader.Read())
            {
                Copy(ref reader, writer, change);
            }
        }

        return JsonData.Trusted(buffer.WrittenSpan.ToArray());
    }

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer, Func<string, string> change)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.PropertyName:
                writer.WritePropertyName(reader.GetString()!);
                break;
            case JsonTokenType.String:
                writer.WriteStringValue(change(reader.GetString()!));
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }

    // One '$' more before every '${', so that reading takes it away again whatever the text was.
    private static string Escape(string text)
        => text.Contains("${", StringComparison.Ordinal) ? text.Replace("${", "$${", StringComparison.Ordinal) : text;

    private static string Unescape(string text)
    {
        if (!text.Contains("${", StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text.AsSpan(at).StartsWith("$${"))
            {
                result.Append("${");
                at += 2;
            }
            else if (text.AsSpan(at).StartsWith("${"))
            {
                throw new FormatException(WholeValuesOnly);
            }
            else
            {
                result.Append(text[at]);
            }
        }

        return result.ToString();
    }
}
