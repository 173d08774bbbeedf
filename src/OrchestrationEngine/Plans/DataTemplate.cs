using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>
/// A JSON value with templates in it: <c>{"title": "Review ${inputs.name}", "files": "${tasks.build.output.files}"}</c>. Every string of the value may be
/// one, however deep; the names of members are taken as they are. A string that is a single <c>${...}</c> becomes the value itself, with its type;
/// <c>$${</c> means the characters <c>${</c>. Immutable; safe to use from many threads.
/// </summary>
public sealed class DataTemplate
{
    private readonly Hole[] _holes;

    internal DataTemplate(JsonData source, Hole[] holes)
    {
        Source = source;
        _holes = holes;
        References = [.. holes.SelectMany(hole => hole.Template?.References ?? []).Distinct()];
    }

    /// <summary>The paths that it mentions, each once, in the order of their first mention.</summary>
    public IReadOnlyList<DataPath> References { get; }

    /// <summary>The value as it stands in a plan file, without spaces.</summary>
    public JsonData Source { get; }

    /// <summary>A template that is one text.</summary>
    /// <param name="text">The text.</param>
    public static DataTemplate Of(TextTemplate text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var source = JsonData.String(text.Text);
        return new DataTemplate(source, [new Hole(0, source.Length, text, default)]);
    }

    /// <summary>Reads a template.</summary>
    /// <param name="source">The value as it would stand in a plan file.</param>
    /// <exception cref="FormatException">A template in it can't be read; the message says which and why.</exception>
    public static DataTemplate Parse(JsonData source) => TryParse(source, out var template, out var problem) ? template : throw new FormatException(problem);

    /// <summary>Reads a template, or says why the value is none.</summary>
    /// <param name="source">The value as it would stand in a plan file. One without any <c>${</c> is a template that always gives the value.</param>
    /// <param name="template">The template.</param>
    /// <param name="problem">Which template in it can't be read, and why.</param>
    public static bool TryParse(JsonData source, [NotNullWhen(true)] out DataTemplate? template, [NotNullWhen(false)] out string? problem)
        => TemplateReader.TryRead(source.Utf8.Span, out template, out problem);

    /// <summary>Computes the value.</summary>
    /// <param name="scope">What the names mean.</param>
    /// <param name="value">The value.</param>
    /// <param name="problem">Why there is none, or null.</param>
    public bool TryEvaluate(IExpressionScope scope, out JsonData value, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(scope);
        problem = null;
        value = default;
        var source = Source.Utf8.Span;
        var buffer = new ArrayBufferWriter<byte>(source.Length + 64);
        var done = 0;
        Utf8JsonWriter? writer = null;
        try
        {
            foreach (var hole in _holes)
            {
                buffer.Write(source[done..hole.Start]);
                done = hole.Start + hole.Length;
                if (hole.Template is null)
                {
                    buffer.Write(hole.Value.Utf8.Span);
                    continue;
                }

                writer ??= new Utf8JsonWriter(buffer, TemplateReader.Compact);
                writer.Reset(buffer);
                if (!hole.Template.TryEvaluate(scope, writer, out problem))
                {
                    return false;
                }

                writer.Flush();
            }
        }
        finally
        {
            // What a failed evaluation left in it must not be written out.
            writer?.Reset(buffer);
            writer?.Dispose();
        }

        buffer.Write(source[done..]);
        value = JsonData.Trusted(buffer.WrittenMemory);
        return true;
    }

    /// <summary>Gives the source.</summary>
    public override string ToString() => Source.ToString();

    /// <summary>Whether any string of it is computed.</summary>
    internal bool IsComputed => Array.Exists(_holes, hole => hole.Template is not null);

    /// <summary>The value of a template that needs no names.</summary>
    internal JsonData Fixed()
    {
        if (_holes.Length == 0)
        {
            return Source;
        }

        var source = Source.Utf8.Span;
        var buffer = new ArrayBufferWriter<byte>(source.Length);
        var done = 0;
        foreach (var hole in _holes)
        {
            buffer.Write(source[done..hole.Start]);
            buffer.Write(hole.Value.Utf8.Span);
            done = hole.Start + hole.Length;
        }

        buffer.Write(source[done..]);
        return JsonData.Trusted(buffer.WrittenMemory);
    }

    /// <summary>A part of the source in whose place something else is put: what a template gives, or a string in which <c>$${</c> became <c>${</c>.</summary>
    internal readonly record struct Hole(int Start, int Length, TextTemplate? Template, JsonData Value);
}
