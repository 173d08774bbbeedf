using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OrchestrationEngine.Expressions;

/// <summary>An expression that gives a value of any kind, such as <c>tasks.search.output.hits</c>: parsed once, evaluated as often as wanted, from any thread.</summary>
public sealed class ValueExpression
{
    private readonly DataPath _path;

    private ValueExpression(string text, DataPath path)
    {
        Text = text;
        _path = path;
        References = [path];
    }

    /// <summary>The text as its author wrote it.</summary>
    public string Text { get; }

    /// <summary>The paths that it mentions, each once, in the order of their first mention.</summary>
    public IReadOnlyList<DataPath> References { get; }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ExpressionException">The text is not an expression.</exception>
    public static ValueExpression Parse(string text) => TryParse(text, out var expression, out var error) ? expression : throw new ExpressionException(text, error);

    /// <summary>Reads an expression, or says why the text is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="expression">The expression.</param>
    /// <param name="error">Why the text is not an expression.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ValueExpression? expression, [NotNullWhen(false)] out ExpressionError? error)
    {
        expression = DataPath.TryParse(text, out var path, out error) ? new(text, path) : null;
        return expression is not null;
    }

    /// <summary>Computes the value and writes it as JSON. Writes nothing when there is none.</summary>
    /// <param name="scope">What the names mean.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="problem">Why there is no value, or null.</param>
    public bool TryEvaluate(IExpressionScope scope, Utf8JsonWriter writer, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(writer);
        if (!scope.TryResolve(_path, out var value, out problem))
        {
            return false;
        }

        value.WriteTo(writer);
        return true;
    }

    /// <summary>Gives the text.</summary>
    public override string ToString() => Text;
}
