using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OrchestrationEngine.Expressions;

/// <summary>
/// A text with pieces to fill in, such as <c>Release ${inputs.version}: ${size(tasks.scan.output.files)} files</c>: parsed once, evaluated as often
/// as wanted, from any thread. A template that is one piece and nothing else keeps the type of its value.
/// </summary>
/// <remarks>
/// A piece is an expression of the Common Expression Language (CEL) between <c>${</c> and <c>}</c>. <c>$${</c> stands for the characters
/// <c>${</c>, <c>$$${</c> for <c>$${</c>, and so on.
/// </remarks>
public sealed class TextTemplate
{
    private readonly TemplatePart[] _parts;
    private readonly ExpressionShape _shape;

    internal TextTemplate(string text, TemplatePart[] parts, IReadOnlyList<DataPath> references, IReadOnlyList<DataPath> optional, ExpressionShape shape)
    {
        Text = text;
        References = references;
        OptionalReferences = optional;
        _parts = parts;
        _shape = shape;
    }

    /// <summary>The text as its author wrote it.</summary>
    public string Text { get; }

    /// <summary>The paths that its pieces mention, each once, in the order of their first mention.</summary>
    public IReadOnlyList<DataPath> References { get; }

    /// <summary>Those of <see cref="References"/> that it only asks <c>has</c> about, so that nothing need be there.</summary>
    public IReadOnlyList<DataPath> OptionalReferences { get; }

    /// <summary>Whether there is anything to fill in.</summary>
    public bool HasPieces => Array.Exists(_parts, part => part.Root is not null);

    /// <summary>The path that the template is, when it is one piece and that is nothing but a path: a plain binding.</summary>
    public DataPath? SinglePath => IsSinglePiece && _parts[0].Root is ExpressionNode.Reference reference ? reference.Path : null;

    /// <summary>Whether the template is one piece and nothing else, so that its value keeps its type.</summary>
    public bool IsSinglePiece => _parts is [{ Root: not null }];

    /// <summary>Reads a template.</summary>
    /// <param name="text">The text; each piece of at most 4096 characters and 64 levels of nesting.</param>
    /// <param name="options">What an evaluation of all pieces together may cost, or null for <see cref="ExpressionOptions.Default"/>.</param>
    /// <returns>The template.</returns>
    /// <exception cref="ExpressionException">A piece is not an expression.</exception>
    public static TextTemplate Parse(string text, ExpressionOptions? options = null) =>
        TryParse(text, options ?? ExpressionOptions.Default, out var template, out var error) ? template : throw new ExpressionException(text, error);

    /// <summary>Reads a template, or says what is wrong with a piece.</summary>
    /// <param name="text">The text; each piece of at most 4096 characters and 64 levels of nesting.</param>
    /// <param name="template">The template.</param>
    /// <param name="error">What is wrong, with the position in the whole text.</param>
    /// <returns>Whether the text is a template.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out TextTemplate? template, [NotNullWhen(false)] out ExpressionError? error) =>
        TryParse(text, ExpressionOptions.Default, out template, out error);

    /// <summary>Reads a template, or says what is wrong with a piece.</summary>
    /// <param name="text">The text; each piece of at most 4096 characters and 64 levels of nesting.</param>
    /// <param name="options">What an evaluation of all pieces together may cost.</param>
    /// <param name="template">The template.</param>
    /// <param name="error">What is wrong, with the position in the whole text.</param>
    /// <returns>Whether the text is a template.</returns>
    public static bool TryParse(
        string text,
        ExpressionOptions options,
        [NotNullWhen(true)] out TextTemplate? template,
        [NotNullWhen(false)] out ExpressionError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(options);
        template = TemplateReader.Read(text, options, out error);
        return template is not null;
    }

    /// <summary>Fills the pieces in and writes the result as JSON. Data never makes this throw.</summary>
    /// <param name="scope">What the names mean.</param>
    /// <param name="writer">Gets one value, or nothing when there is a problem: a text, or the value of the only piece.</param>
    /// <param name="problem">Why there is no value.</param>
    /// <returns>Whether there is a value.</returns>
    public bool TryEvaluate(IExpressionScope scope, Utf8JsonWriter writer, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(writer);
        var evaluation = new Evaluation(scope, _shape);
        var value = IsSinglePiece ? Evaluate(_parts[0].Root!, evaluation) : Join(evaluation);
        return ValueWriter.TryWrite(value, evaluation, writer, out problem);
    }

    /// <summary>Fills the pieces in and gives a text, also when the template is one piece with a value of another type.</summary>
    /// <param name="scope">What the names mean.</param>
    /// <param name="text">The text.</param>
    /// <param name="problem">Why there is no text.</param>
    /// <returns>Whether there is a text.</returns>
    public bool TryEvaluateText(IExpressionScope scope, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var value = Join(new(scope, _shape));
        text = value.IsError ? null : value.Text;
        problem = value.IsError ? value.Error : null;
        return text is not null;
    }

    /// <summary>Gives the text.</summary>
    /// <returns><see cref="Text"/>.</returns>
    public override string ToString() => Text;

    private static ExpressionValue Evaluate(ExpressionNode root, Evaluation evaluation)
    {
        var value = ExpressionEvaluator.Evaluate(root, evaluation);
        return evaluation.IsExhausted ? evaluation.Exhausted : value;
    }

    private static ExpressionValue ToText(in ExpressionValue value, Evaluation evaluation) =>
        value.IsError ? value
        : Conversions.TryToText(value, out var text) || ValueWriter.TryWrite(value, evaluation, out text!, out var problem) ? ExpressionValue.Of(text)
        : ExpressionValue.Failed(problem);

    private ExpressionValue Join(Evaluation evaluation)
    {
        var texts = new string[_parts.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            var value = _parts[i].Root is { } root ? ToText(Evaluate(root, evaluation), evaluation) : ExpressionValue.Of(_parts[i].Literal);
            if (value.IsError || !evaluation.TryMakeText(value.Text.Length))
            {
                return value.IsError ? value : evaluation.Exhausted;
            }

            texts[i] = value.Text;
        }

        return ExpressionValue.Of(string.Concat(texts));
    }
}

/// <summary>A part of a template: a literal text, or the tree of a piece.</summary>
internal readonly record struct TemplatePart(string Literal, ExpressionNode? Root);
