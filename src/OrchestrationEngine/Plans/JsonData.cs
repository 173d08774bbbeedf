using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Utf8Text = System.Text.Unicode.Utf8;

namespace OrchestrationEngine.Plans;

/// <summary>
/// An immutable JSON value kept as the UTF-8 text it came as, so that what an agent returns is written to the journal
/// and handed to the next agent without being parsed or serialized again.
/// </summary>
/// <remarks>
/// The default value is JSON <c>null</c>. Two values are equal when their text is equal byte for byte. Safe to share between threads.
/// </remarks>
[JsonConverter(typeof(JsonDataConverter))]
public readonly struct JsonData : IEquatable<JsonData>
{
    private static readonly byte[] NullText = "null"u8.ToArray();
    private readonly ReadOnlyMemory<byte> _utf8;

    private JsonData(ReadOnlyMemory<byte> utf8) => _utf8 = utf8;

    /// <summary>JSON <c>null</c>.</summary>
    public static JsonData Null => default;

    /// <summary>The UTF-8 text of the value.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8.IsEmpty ? NullText : _utf8;

    /// <summary>Whether the value is JSON <c>null</c>.</summary>
    public bool IsNull => _utf8.IsEmpty || _utf8.Span.SequenceEqual(NullText);

    /// <summary>The length of the UTF-8 text, in bytes.</summary>
    public int Length => Utf8.Length;

    /// <summary>Compares the text of two values.</summary>
    public static bool operator ==(JsonData left, JsonData right) => left.Equals(right);

    /// <summary>Compares the text of two values.</summary>
    public static bool operator !=(JsonData left, JsonData right) => !left.Equals(right);

    /// <summary>Takes a JSON text.</summary>
    /// <param name="json">One complete JSON value.</param>
    /// <exception cref="JsonException">The text is not one complete JSON value; the message has line and position.</exception>
    public static JsonData Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Parse(System.Text.Encoding.UTF8.GetBytes(json));
    }

    /// <summary>Takes a UTF-8 JSON text. The memory is kept, not copied: it must not change afterwards.</summary>
    /// <param name="utf8Json">One complete JSON value.</param>
    /// <exception cref="JsonException">The text is not one complete JSON value, or not UTF-8; the message has line and position.</exception>
    public static JsonData Parse(ReadOnlyMemory<byte> utf8Json)
    {
        var reader = new Utf8JsonReader(utf8Json.Span);
        reader.Read();
        reader.Skip();
        var end = reader.BytesConsumed;
        var start = 0;
        if (reader.Read())
        {
            throw new JsonException("The text goes on after the end of the JSON value.");
        }

        // The reader passes over the bytes of a text without looking whether they are characters.
        var span = utf8Json.Span;
        if (!Utf8Text.IsValid(span))
        {
            throw NotUtf8(span);
        }

        while (span[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            start++;
        }

        return new JsonData(utf8Json[start..(int)end]);
    }

    /// <summary>A JSON string.</summary>
    /// <param name="text">The string; null gives JSON <c>null</c>.</param>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "It is named after what it makes: a JSON string.")]
    public static JsonData String(string? text)
    {
        if (text is null)
        {
            return default;
        }

        if (!NeedsEscape(text))
        {
            var plain = new byte[text.Length + 2];
            plain[0] = plain[^1] = (byte)'"';
            System.Text.Encoding.ASCII.GetBytes(text, plain.AsSpan(1));
            return new JsonData(plain);
        }

        var buffer = new ArrayBufferWriter<byte>(text.Length + 16);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStringValue(text);
        }

        return new JsonData(buffer.WrittenSpan.ToArray());
    }

    /// <summary>Serializes a value by source-generated metadata.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">The metadata of <typeparamref name="T"/>, from the application's <see cref="JsonSerializerContext"/>.</param>
    public static JsonData From<T>(T value, JsonTypeInfo<T> typeInfo) => new(JsonSerializer.SerializeToUtf8Bytes(value, typeInfo));

    /// <summary>Serializes a value by reflection, with the conventions of the web (camel case).</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The value.</param>
    [RequiresUnreferencedCode("Serializes by reflection; pass a JsonTypeInfo where the application is trimmed.")]
    [RequiresDynamicCode("Serializes by reflection; pass a JsonTypeInfo where the application is compiled ahead of time.")]
    public static JsonData From<T>(T value) => new(JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web));

    /// <summary>Takes the text of an element.</summary>
    /// <param name="element">The element; an undefined one gives JSON <c>null</c>.</param>
    public static JsonData From(JsonElement element)
        => element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? default : new JsonData(System.Text.Encoding.UTF8.GetBytes(element.GetRawText()));

    /// <summary>Parses the value for reading. Each call parses again: keep the element where it is read more than once.</summary>
    public JsonElement ToElement()
    {
        var reader = new Utf8JsonReader(Utf8.Span);
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>Reads the value by source-generated metadata.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <param name="typeInfo">The metadata of <typeparamref name="T"/>.</param>
    /// <returns>The value, or null for JSON <c>null</c>.</returns>
    /// <exception cref="JsonException">The value does not have the shape of <typeparamref name="T"/>.</exception>
    public T? To<T>(JsonTypeInfo<T> typeInfo) => JsonSerializer.Deserialize(Utf8.Span, typeInfo);

    /// <summary>Reads the value by reflection, with the conventions of the web (camel case).</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <returns>The value, or null for JSON <c>null</c>.</returns>
    /// <exception cref="JsonException">The value does not have the shape of <typeparamref name="T"/>.</exception>
    [RequiresUnreferencedCode("Deserializes by reflection; pass a JsonTypeInfo where the application is trimmed.")]
    [RequiresDynamicCode("Deserializes by reflection; pass a JsonTypeInfo where the application is compiled ahead of time.")]
    public T? To<T>() => JsonSerializer.Deserialize<T>(Utf8.Span, JsonSerializerOptions.Web);

    /// <inheritdoc/>
    public bool Equals(JsonData other) => Utf8.Span.SequenceEqual(other.Utf8.Span);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is JsonData other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Utf8.Span);
        return hash.ToHashCode();
    }

    /// <summary>The JSON text.</summary>
    public override string ToString() => System.Text.Encoding.UTF8.GetString(Utf8.Span);

    /// <summary>Keeps memory that is known to be one complete JSON value, without reading it again.</summary>
    internal static JsonData Trusted(ReadOnlyMemory<byte> utf8Json) => new(utf8Json);

    private static JsonException NotUtf8(ReadOnlySpan<byte> text)
    {
        var (line, inLine, index) = (0, 0, 0);
        while (System.Text.Rune.DecodeFromUtf8(text[index..], out var character, out var length) == OperationStatus.Done)
        {
            index += length;
            (line, inLine) = character.Value == '\n' ? (line + 1, 0) : (line, inLine + length);
        }

        return new JsonException(
            FormattableString.Invariant($"The text is not UTF-8: the byte 0x{text[index]:X2} belongs to no character. LineNumber: {line} | BytePositionInLine: {inLine}."),
            path: null,
            line,
            inLine);
    }

    private static bool NeedsEscape(string text)
    {
        foreach (var c in text)
        {
            if (c is < ' ' or > '~' or '"' or '\\')
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Passes the text of a <see cref="JsonData"/> through as it is.</summary>
internal sealed class JsonDataConverter : JsonConverter<JsonData>
{
    public override bool HandleNull => true;

    public override JsonData Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        // The element owns a copy of its text, so the value outlives the reader's buffer.
        return JsonData.From(JsonElement.ParseValue(ref reader));
    }

    public override void Write(Utf8JsonWriter writer, JsonData value, JsonSerializerOptions options)
        => writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
}
