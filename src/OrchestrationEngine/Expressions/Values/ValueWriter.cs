using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrchestrationEngine.Expressions;

/// <summary>Turns values into JSON: completely, or not at all with the reason.</summary>
internal static class ValueWriter
{
    // Documents may be nested deeper than a writer likes; only the stack is a limit here.
    private const int MaxDepth = 1_000_000;

    // What is put into a text is read there, not parsed, so only what JSON itself requires is escaped.
    private static readonly JsonWriterOptions ForPeople = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the value as one JSON value. When it cannot be written, nothing is.</summary>
    public static bool TryWrite(in ExpressionValue value, Evaluation evaluation, Utf8JsonWriter target, [NotNullWhen(false)] out string? problem)
    {
        if (!TryFormat(value, evaluation, target.Options, out var json, out problem))
        {
            return false;
        }

        target.WriteRawValue(json.WrittenSpan, skipInputValidation: true);
        return true;
    }

    /// <summary>The value as JSON in a text.</summary>
    public static bool TryWrite(in ExpressionValue value, Evaluation evaluation, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem)
    {
        text = TryFormat(value, evaluation, ForPeople, out var json, out problem) ? Encoding.UTF8.GetString(json.WrittenSpan) : null;
        return text is not null;
    }

    private static bool TryFormat(
        in ExpressionValue value,
        Evaluation evaluation,
        JsonWriterOptions options,
        [NotNullWhen(true)] out ArrayBufferWriter<byte>? json,
        [NotNullWhen(false)] out string? problem)
    {
        json = new();
        using var writer = new Utf8JsonWriter(json, options with { MaxDepth = MaxDepth, SkipValidation = true });
        try
        {
            problem = Write(value, evaluation, writer);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            problem = $"The value is not valid text: {e.Message}";
        }
        catch (InsufficientExecutionStackException)
        {
            problem = "The value is nested too deep to be written.";
        }

        writer.Flush();
        return problem is null;
    }

    private static string? Write(in ExpressionValue value, Evaluation evaluation, Utf8JsonWriter writer)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!evaluation.TryMake(SizeOf(value)))
        {
            return evaluation.Exhausted.Error;
        }

        switch (value.Kind)
        {
            case ExpressionValueKind.Error:
                return value.Error;
            case ExpressionValueKind.Null:
                writer.WriteNullValue();
                return null;
            case ExpressionValueKind.Boolean:
                writer.WriteBooleanValue(value.IsTrue);
                return null;
            case ExpressionValueKind.Integer:
                writer.WriteNumberValue(value.Integer);
                return null;
            case ExpressionValueKind.Double when !double.IsFinite(value.Number):
                return $"{Numbers.ToText(value.Number)} is not a number that JSON has.";
            case ExpressionValueKind.Double:
                writer.WriteNumberValue(value.Number);
                return null;
            case ExpressionValueKind.List when value.Items is { } items:
                return WriteList(items, evaluation, writer);
            case ExpressionValueKind.Map when value.Entries is { } entries:
                return WriteMap(entries, evaluation, writer);
            case ExpressionValueKind.List or ExpressionValueKind.Map:
                value.Json.WriteTo(writer);
                return null;
            default:
                if (!Conversions.TryToText(value, out var text))
                {
                    return $"The type '{value.Text}' is not a value that JSON has.";
                }

                writer.WriteStringValue(text);
                return null;
        }
    }

    private static string? WriteList(ExpressionValue[] items, Evaluation evaluation, Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (ref readonly var item in items.AsSpan())
        {
            if (Write(item, evaluation, writer) is { } problem)
            {
                return problem;
            }
        }

        writer.WriteEndArray();
        return null;
    }

    // Keys that are not texts become texts; a map has no two keys of different types that then are one, or it is not written.
    private static string? WriteMap(ExpressionMap entries, Evaluation evaluation, Utf8JsonWriter writer)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var (key, value) in entries.Entries)
        {
            var name = key.Text ?? key.ToString();
            if (!names.Add(name))
            {
                return $"The keys '{name}' of different types would be one member in JSON.";
            }

            writer.WritePropertyName(name);
            if (Write(value, evaluation, writer) is { } problem)
            {
                return problem;
            }
        }

        writer.WriteEndObject();
        return null;
    }

    private static long SizeOf(in ExpressionValue value) => value.Kind switch
    {
        ExpressionValueKind.String => value.Text.Length + 2L,
        ExpressionValueKind.List when value.Items is null => JsonMarshal.GetRawUtf8Value(value.Json).Length,
        ExpressionValueKind.Map when value.Entries is null => JsonMarshal.GetRawUtf8Value(value.Json).Length,
        ExpressionValueKind.Map => 2L + value.Entries!.Entries.Sum(entry => (entry.Key.Text?.Length ?? 20) + 4L),
        _ => 24,
    };
}
