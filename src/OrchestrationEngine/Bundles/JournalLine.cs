using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Bundles;

/// <summary>
/// One fact as one line of JSON. The payload is kept byte for byte: as it is, or, where an agent gave it line breaks between its values, as a string.
/// </summary>
internal static class JournalLine
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <summary>Writes a line, without its end.</summary>
    /// <returns>The length of the payload.</returns>
    public static int Write(in RecordedEvent recorded, IBufferWriter<byte> line)
    {
        var payload = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(payload, RunEventJson.WriterOptions))
        {
            RunEventJson.Write(recorded.Event, writer);
        }

        using (var writer = new Utf8JsonWriter(line, RunEventJson.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteNumber("sequence"u8, recorded.Sequence);
            writer.WriteString("timestamp"u8, recorded.Timestamp.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
            writer.WriteString("type"u8, recorded.Event.Type);
            writer.WriteNumber("schemaVersion"u8, recorded.Event.SchemaVersion);
            if (payload.WrittenSpan.IndexOfAny((byte)'\n', (byte)'\r') < 0)
            {
                writer.WritePropertyName("payload"u8);
                writer.WriteRawValue(payload.WrittenSpan, skipInputValidation: true);
            }
            else
            {
                writer.WriteString("payloadText"u8, payload.WrittenSpan);
            }

            writer.WriteEndObject();
        }

        return payload.WrittenCount;
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line; its memory may be kept.</param>
    /// <exception cref="JsonException">The line is damaged.</exception>
    /// <exception cref="JournalFormatException">The fact is one of a newer version, or is damaged.</exception>
    public static RecordedEvent Read(ReadOnlyMemory<byte> line)
    {
        var reader = new Utf8JsonReader(line.Span, new JsonReaderOptions { MaxDepth = 1001 });
        long sequence = 0;
        var schemaVersion = 0;
        DateTimeOffset? timestamp = null;
        string? type = null;
        ReadOnlyMemory<byte> payload = default;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "sequence":
                    sequence = reader.GetInt64();
                    break;
                case "timestamp":
                    timestamp = Time(reader.GetString());
                    break;
                case "type":
                    type = reader.GetString();
                    break;
                case "schemaVersion":
                    schemaVersion = reader.GetInt32();
                    break;
                case "payload":
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    payload = line[start..(int)reader.BytesConsumed];
                    break;
                case "payloadText":
                    payload = System.Text.Encoding.UTF8.GetBytes(reader.GetString() ?? "");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (type is null || timestamp is not { } time || payload.IsEmpty)
        {
            throw new JsonException("The line has no type, no timestamp or no payload.");
        }

        return new RecordedEvent(sequence, time, RunEventJson.Read(type, schemaVersion, payload));
    }

    private static DateTimeOffset Time(string? text)
        => DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new JsonException($"'{text}' is not a time.");
}
