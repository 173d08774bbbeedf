using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OrchestrationEngine.Expressions;

/// <summary>
/// An expression with a result of any kind, such as <c>tasks.scan.output.files.filter(f, f.size &gt; 100)</c>: parsed once, evaluated as often as
/// wanted, from any thread. It is written in the Common Expression Language (CEL).
/// </summary>
/// <remarks>docs/expressions.md says what of CEL there is, and where it differs.</remarks>
public sealed class ValueExpression
{
    private readonly ExpressionTree _tree;

    private ValueExpression(string text, ExpressionTree tree)
    {
        Text = text;
        _tree = tree;
    }

    /// <summary>The text as its author wrote it.</summary>
    public string Text { get; }

    /// <summary>The expression in its one canonical form, which reads back as an equal expression.</summary>
    internal string Canonical => ExpressionPrinter.Print(_tree.Root);

    /// <summary>
    /// The paths that it mentions, each once, in the order of their first mention. Of a path with computed parts it is what stands before the first
    /// of them; the variables of macros are not among them.
    /// </summary>
    public IReadOnlyList<DataPath> References => _tree.References;

    /// <summary>Those of <see cref="References"/> that it only asks <c>has</c> about, so that nothing need be there.</summary>
    public IReadOnlyList<DataPath> OptionalReferences => _tree.Optional;

    /// <summary>The path that the expression is, when it is nothing but a path.</summary>
    public DataPath? SinglePath => (_tree.Root as ExpressionNode.Reference)?.Path;

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The text, of at most 4096 characters and 64 levels of nesting.</param>
    /// <param name="options">What an evaluation may cost, or null for <see cref="ExpressionOptions.Default"/>.</param>
    /// <returns>The expression.</returns>
    /// <exception cref="ExpressionException">The text is not an expression.</exception>
    public static ValueExpression Parse(string text, ExpressionOptions? options = null) =>
        TryParse(text, options ?? ExpressionOptions.Default, out var expression, out var error) ? expression : throw new ExpressionException(text, error);

    /// <summary>Reads an expression, or says why the text is none.</summary>
    /// <param name="text">The text, of at most 4096 characters and 64 levels of nesting.</param>
    /// <param name="expression">The expression.</param>
    /// <param name="error">Why the text is not an expression.</param>
    /// <returns>Whether the text is an expression.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out ValueExpression? expression, [NotNullWhen(false)] out ExpressionError? error) =>
        TryParse(text, ExpressionOptions.Default, out expression, out error);

    /// <summary>Reads an expression, or says why the text is none.</summary>
    /// <param name="text">The text, of at most 4096 characters and 64 levels of nesting.</param>
    /// <param name="options">What an evaluation may cost.</param>
    /// <param name="expression">The expression.</param>
    /// <param name="error">Why the text is not an expression.</param>
    /// <returns>Whether the text is an expression.</returns>
    public static bool TryParse(
        string text,
        ExpressionOptions options,
        [NotNullWhen(true)] out ValueExpression? expression,
        [NotNullWhen(false)] out ExpressionError? error)
    {
        expression = ExpressionTree.TryRead(text, options, out var tree, out error) ? new(text, tree) : null;
        return expression is not null;
    }

    /// <summary>Computes the value and writes it as JSON. Data never makes this throw.</summary>
    /// <remarks>
    /// Timestamps and durations become the texts that <c>string()</c> makes of them, the keys of maps texts. What JSON does not have (a type, an
    /// infinite number, what is not a number) is a problem.
    /// </remarks>
    /// <param name="scope">What the names mean.</param>
    /// <param name="writer">Gets one value, or nothing when there is a problem.</param>
    /// <param name="problem">Why there is no value.</param>
    /// <returns>Whether there is a value.</returns>
    public bool TryEvaluate(IExpressionScope scope, Utf8JsonWriter writer, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var value = _tree.Evaluate(scope, out var evaluation);
        return ValueWriter.TryWrite(value, evaluation, writer, out problem);
    }

    /// <summary>Computes a value that is a text.</summary>
    /// <param name="scope">What the names mean.</param>
    /// <param name="text">The text.</param>
    /// <param name="problem">Why there is no text; also when the value is of another type.</param>
    /// <returns>Whether there is a text.</returns>
    public bool TryEvaluateText(IExpressionScope scope, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem)
    {
        var value = _tree.Evaluate(scope, out _);
        text = value.Kind == ExpressionValueKind.String ? value.Text : null;
        problem = text is null ? Wrong(value, "a string") : null;
        return text is not null;
    }

    /// <summary>Computes a value that is a whole number; one with a fraction of zero is one too.</summary>
    /// <param name="scope">What the names mean.</param>
    /// <param name="number">The number.</param>
    /// <param name="problem">Why there is no whole number; also when the value is of another type.</param>
    /// <returns>Whether there is a whole number.</returns>
    public bool TryEvaluateInteger(IExpressionScope scope, out long number, [NotNullWhen(false)] out string? problem)
    {
        var value = _tree.Evaluate(scope, out _);
        number = 0;
        problem = value.IsNumber && Numbers.TryToIndex(value, out number) ? null : Wrong(value, "a whole number");
        return problem is null;
    }

    /// <summary>Gives the text.</summary>
    /// <returns><see cref="Text"/>.</returns>
    public override string ToString() => Text;

    private string Wrong(in ExpressionValue value, string wanted) =>
        value.IsError ? value.Error : $"The expression '{Text}' gives {(value.IsNumber ? "another number" : value.KindName)}, not {wanted}.";
}
