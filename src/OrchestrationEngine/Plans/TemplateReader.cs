using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>Finds the templates in a JSON value.</summary>
internal static class TemplateReader
{
    public static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000, SkipValidation = true };

    /// <summary>Reads a value, known to be well-formed JSON.</summary>
    /// <exception cref="InvalidOperationException">A string has an escape that is only half of a character.</exception>
    public static bool TryRead(ReadOnlySpan<byte> raw, [NotNullWhen(true)] out DataTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        template = null;
        var reader = new Utf8JsonReader(raw, new JsonReaderOptions { MaxDepth = Compact.MaxDepth });
        var buffer = new ArrayBufferWriter<byte>(raw.Length + 16);
        List<DataTemplate.Hole>? holes = null;
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.String || reader.GetString() is not { } text || !text.Contains("${", StringComparison.Ordinal))
                {
                    Copy(ref reader, writer);
                    continue;
                }

                TextTemplate? computed = null;
                if (IsTemplate(text) && !TryParse(text, out computed, out problem))
                {
                    return false;
                }

                // The writer puts a comma before the string where one is due, so the place is counted from the end.
                writer.WriteStringValue(text);
                writer.Flush();
                var length = JsonData.String(text).Length;
                holes ??= [];
                holes.Add(new(buffer.WrittenCount - length, length, computed, computed is null ? JsonData.String(Unescape(text)) : default));
            }
        }

        template = new DataTemplate(JsonData.Trusted(buffer.WrittenSpan.ToArray()), holes is null ? [] : [.. holes]);
        problem = null;
        return true;
    }

    /// <summary>Reads a text that has a <c>${</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TextTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        problem = TextTemplate.TryParse(text, out template, out var error) ? null : $"The template '{text}' can't be read. {error.Message} To mean the characters '${{' write '$${{'.";
        return template is not null;
    }

    /// <summary>Whether a text has a <c>${</c> that is not written <c>$${</c>.</summary>
    public static bool IsTemplate(string text)
    {
        for (var at = text.IndexOf("${", StringComparison.Ordinal); at >= 0; at = text.IndexOf("${", at + 2, StringComparison.Ordinal))
        {
            if (at == 0 || text[at - 1] != '$')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes one <c>$</c> away before every <c>${</c> of a text that is no template.</summary>
    public static string Unescape(string text) => text.Replace("$${", "${", StringComparison.Ordinal);

    /// <summary>Puts one <c>$</c> more before every <c>${</c>, so that reading takes it away again whatever the text was.</summary>
    public static string Escape(string text) => text.Replace("${", "$${", StringComparison.Ordinal);

    public static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer)
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
                writer.WriteStringValue(reader.GetString()!);
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }
}
