using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>A JSON value with templates in it: <c>{"title": "Review ${inputs.name}", "files": "${tasks.build.output.files}"}</c>. Immutable; safe to use from many threads.</summary>
public sealed class DataTemplate
{
    private readonly TextTemplate _text;

    private DataTemplate(TextTemplate text) => _text = text;

    /// <summary>The paths that it mentions, each once, in the order of their first mention.</summary>
    public IReadOnlyList<DataPath> References => _text.References;

    /// <summary>A template that is one text.</summary>
    /// <param name="text">The text.</param>
    public static DataTemplate Of(TextTemplate text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new DataTemplate(text);
    }

    /// <summary>Computes the value.</summary>
    /// <param name="scope">What the names mean.</param>
    /// <param name="value">The value.</param>
    /// <param name="problem">Why there is none, or null.</param>
    public bool TryEvaluate(IExpressionScope scope, out JsonData value, [NotNullWhen(false)] out string? problem)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        var found = _text.TryEvaluate(scope, writer, out problem);
        writer.Flush();
        value = found ? JsonData.Trusted(buffer.WrittenMemory) : default;
        return found;
    }
}
