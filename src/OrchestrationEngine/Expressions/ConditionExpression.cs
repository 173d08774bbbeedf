using System.Diagnostics.CodeAnalysis;

namespace OrchestrationEngine.Expressions;

/// <summary>
/// A condition, such as <c>tasks.build.output.passed == true &amp;&amp; inputs.env != 'dev'</c>: parsed once, evaluated as often as wanted, from any
/// thread. Its syntax and meaning are a subset of the Common Expression Language (CEL): literals, paths, <c>==</c>, <c>!=</c>, <c>!</c>,
/// <c>&amp;&amp;</c>, <c>||</c> and parentheses.
/// </summary>
public sealed class ConditionExpression
{
    private readonly ExpressionNode _root;

    private ConditionExpression(string text, ExpressionNode root, IReadOnlyList<DataPath> references)
    {
        Text = text;
        _root = root;
        References = references;
    }

    /// <summary>The text as its author wrote it.</summary>
    public string Text { get; }

    /// <summary>The paths that it mentions, each once, in the order of their first mention.</summary>
    public IReadOnlyList<DataPath> References { get; }

    /// <summary>Reads a condition.</summary>
    /// <param name="text">The text, of at most 4096 characters and 64 levels of nesting.</param>
    /// <returns>The condition.</returns>
    /// <exception cref="ExpressionException">The text is not a condition.</exception>
    public static ConditionExpression Parse(string text) =>
        TryParse(text, out var expression, out var error) ? expression : throw new ExpressionException(text, error);

    /// <summary>Reads a condition, or says why the text is none.</summary>
    /// <param name="text">The text, of at most 4096 characters and 64 levels of nesting.</param>
    /// <param name="expression">The condition.</param>
    /// <param name="error">Why the text is not a condition.</param>
    /// <returns>Whether the text is a condition.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out ConditionExpression? expression, [NotNullWhen(false)] out ExpressionError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        var cursor = new TokenCursor(text);
        var parser = new ExpressionParser(cursor);
        var root = parser.Parse();
        expression = root is null ? null : new(text, root, parser.References);
        error = cursor.Error;
        return expression is not null;
    }

    /// <summary>Decides the condition.</summary>
    /// <remarks>
    /// Data never makes this throw. A path without a value, or an operator on the wrong type, is an error; <c>false &amp;&amp; error</c> is still
    /// false and <c>true || error</c> true, in either order. Values of different types are not equal; numbers are equal by value.
    /// </remarks>
    /// <param name="scope">What the names mean.</param>
    /// <returns>True, false, or an error.</returns>
    public ExpressionResult Evaluate(IExpressionScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var value = ExpressionEvaluator.Evaluate(_root, scope);
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
