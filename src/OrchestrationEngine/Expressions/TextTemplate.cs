using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OrchestrationEngine.Expressions;

/// <summary>
/// A text with expressions in it: <c>"Review ${tasks.build.output.name}"</c>. One that is a single <c>${...}</c> keeps the type of its value;
/// otherwise the values become parts of the text. <c>$${</c> means the characters <c>${</c>. Immutable; safe to use from many threads.
/// </summary>
public sealed class TextTemplate
{
    private readonly ValueExpression _single;

    private TextTemplate(string text, ValueExpression single)
    {
        Text = text;
        _single = single;
    }

    /// <summary>The text as its author wrote it.</summary>
    public string Text { get; }

    /// <summary>The paths that it mentions, each once, in the order of their first mention.</summary>
    public IReadOnlyList<DataPath> References => _single.References;

    /// <summary>The path, where the template is nothing but one; otherwise null.</summary>
    public DataPath? SinglePath => References[0];

    /// <summary>Reads a template.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ExpressionException">An expression in it can't be read.</exception>
    public static TextTemplate Parse(string text) => TryParse(text, out var template, out var error) ? template : throw new ExpressionException(text, error);

    /// <summary>Reads a template, or says why the text is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="template">The template.</param>
    /// <param name="error">Why an expression in it can't be read.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out TextTemplate? template, [NotNullWhen(false)] out ExpressionError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        var inner = text.StartsWith("${", StringComparison.Ordinal) && text.EndsWith('}') ? text[2..^1] : text;
        template = ValueExpression.TryParse(inner, out var single, out error) ? new(text, single) : null;
        return template is not null;
    }

    /// <summary>Computes the value and writes it as JSON. Writes nothing when there is none.</summary>
    /// <param name="scope">What the names mean.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="problem">Why there is no value, or null.</param>
    public bool TryEvaluate(IExpressionScope scope, Utf8JsonWriter writer, [NotNullWhen(false)] out string? problem) => _single.TryEvaluate(scope, writer, out problem);

    /// <summary>Gives the text.</summary>
    public override string ToString() => Text;
}
