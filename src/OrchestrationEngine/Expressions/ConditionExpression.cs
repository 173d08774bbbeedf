using System.Diagnostics.CodeAnalysis;

namespace OrchestrationEngine.Expressions;

/// <summary>
/// A condition, such as <c>tasks.build.output.passed == true &amp;&amp; inputs.env != 'dev'</c>: parsed once, evaluated as often as wanted, from any
/// thread. It is written in the Common Expression Language (CEL) and gives true or false.
/// </summary>
/// <remarks>docs/expressions.md says what of CEL there is, and where it differs.</remarks>
public sealed class ConditionExpression
{
    private readonly ExpressionTree _tree;

    internal ConditionExpression(string text, ExpressionTree tree)
    {
        Text = text;
        _tree = tree;
    }

    /// <summary>The text as its author wrote it.</summary>
    public string Text { get; }

    /// <summary>The path that the condition is, when it is nothing but a path.</summary>
    internal DataPath? SinglePath => (_tree.Root as ExpressionNode.Reference)?.Path;

    /// <summary>The condition in its one canonical form, which reads back as an equal condition.</summary>
    internal string Canonical => ExpressionPrinter.Print(_tree.Root);

    /// <summary>
    /// The paths that it mentions, each once, in the order of their first mention. Of a path with computed parts it is what stands before the first
    /// of them; the variables of macros are not among them.
    /// </summary>
    public IReadOnlyList<DataPath> References => _tree.References;

    /// <summary>Those of <see cref="References"/> that it only asks <c>has</c> about, so that nothing need be there.</summary>
    public IReadOnlyList<DataPath> OptionalReferences => _tree.Optional;

    /// <summary>Reads a condition.</summary>
    /// <param name="text">The text, of at most 4096 characters and 64 levels of nesting.</param>
    /// <param name="options">What an evaluation may cost, or null for <see cref="ExpressionOptions.Default"/>.</param>
    /// <returns>The condition.</returns>
    /// <exception cref="ExpressionException">The text is not a condition.</exception>
    public static ConditionExpression Parse(string text, ExpressionOptions? options = null) =>
        TryParse(text, options ?? ExpressionOptions.Default, out var expression, out var error) ? expression : throw new ExpressionException(text, error);

    /// <summary>Reads a condition, or says why the text is none.</summary>
    /// <param name="text">The text, of at most 4096 characters and 64 levels of nesting.</param>
    /// <param name="expression">The condition.</param>
    /// <param name="error">Why the text is not a condition.</param>
    /// <returns>Whether the text is a condition.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out ConditionExpression? expression, [NotNullWhen(false)] out ExpressionError? error) =>
        TryParse(text, ExpressionOptions.Default, out expression, out error);

    /// <summary>Reads a condition, or says why the text is none.</summary>
    /// <param name="text">The text, of at most 4096 characters and 64 levels of nesting.</param>
    /// <param name="options">What an evaluation may cost.</param>
    /// <param name="expression">The condition.</param>
    /// <param name="error">Why the text is not a condition.</param>
    /// <returns>Whether the text is a condition.</returns>
    public static bool TryParse(
        string text,
        ExpressionOptions options,
        [NotNullWhen(true)] out ConditionExpression? expression,
        [NotNullWhen(false)] out ExpressionError? error)
    {
        expression = ExpressionTree.TryRead(text, options, out var tree, out error) ? new(text, tree) : null;
        return expression is not null;
    }

    /// <summary>Decides the condition.</summary>
    /// <remarks>
    /// Data never makes this throw. A path without a value, an operator on the wrong type, or more work than the options allow, is an error;
    /// <c>false &amp;&amp; error</c> is still false and <c>true || error</c> true, in either order. Values of different types are not equal; numbers
    /// are equal by value.
    /// </remarks>
    /// <param name="scope">What the names mean.</param>
    /// <returns>True, false, or an error.</returns>
    public ExpressionResult Evaluate(IExpressionScope scope)
    {
        var value = _tree.Evaluate(scope, out _);
        return value.Kind switch
        {
            ExpressionValueKind.Boolean => ExpressionResult.Of(value.IsTrue),
            ExpressionValueKind.Error => ExpressionResult.Failed(value.Error),
            _ => ExpressionResult.Failed($"The condition '{Text}' gives {value.KindName}, not true or false."),
        };
    }

    /// <summary>Gives the text.</summary>
    /// <returns><see cref="Text"/>.</returns>
    public override string ToString() => Text;
}
