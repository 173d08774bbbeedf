using System.Diagnostics.CodeAnalysis;

namespace OrchestrationEngine.Expressions;

/// <summary>
/// Reads conditions as people write them in other systems' files, such as <c>IF platform = Azure AND NOT iac in [none, manual]</c>, and says what
/// it assumed.
/// </summary>
/// <remarks>
/// It knows a leading <c>IF</c>, <c>AND</c>, <c>OR</c>, <c>NOT</c>, <c>=</c>, <c>===</c>, <c>in [...]</c>, <c>exists</c>, <c>.length</c>, words without
/// quotes, names with hyphens, <c>@</c> and <c>$</c>, a bare name for something that is there and not empty, <c>Always</c> and
/// <c>after_NAME_complete</c>. What it does not know is read as the exact language. docs/expressions.md has the whole list.
/// </remarks>
public static class LooseCondition
{
    /// <summary>Reads a condition.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">What is known about its names, or null when nothing is.</param>
    /// <param name="reading">What it was taken to mean.</param>
    /// <param name="error">Why it is no condition, or which name there is not.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryRead(
        string text,
        LooseConditionOptions? options,
        [NotNullWhen(true)] out LooseReading? reading,
        [NotNullWhen(false)] out ExpressionError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new LooseParser(text, options ?? new());
        if (parser.Parse() is { } translation)
        {
            return TryFinish(text, translation, parser.Assumptions, parser.After, out reading, out error);
        }

        error = parser.Error ?? new(0, "The condition cannot be read.");
        reading = null;
        return !parser.IsUnknownName
            && ConditionExpression.TryParse(text, out var exact, out _)
            && exact.SinglePath is null
            && TryFinish(text, text, [], [], out reading, out error);
    }

    private static bool TryFinish(
        string text,
        string translation,
        IReadOnlyList<string> assumptions,
        IReadOnlyList<string> after,
        [NotNullWhen(true)] out LooseReading? reading,
        [NotNullWhen(false)] out ExpressionError? error)
    {
        reading = null;
        if (!ConditionExpression.TryParse(translation, out var raw, out error) || !ConditionExpression.TryParse(raw.Canonical, out var condition, out error))
        {
            // The position is one in the translation, of which the author knows nothing.
            error = new(0, $"The condition is too long or nested too deep when it is written out: {error!.Message}");
            return false;
        }

        reading = new(text, condition, assumptions, after);
        error = null;
        return true;
    }
}
