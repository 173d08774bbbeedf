namespace OrchestrationEngine.Expressions;

/// <summary><c>matches</c>: whether a regular expression finds something in a text, in time proportional to the text.</summary>
internal static class PatternFunctions
{
    private const int Construction = 1_000;

    /// <summary>With a pattern that is only known now.</summary>
    public static ExpressionValue Matches(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation)
    {
        if (!TextFunctions.AreTexts(arguments))
        {
            return ExpressionFunction.Mismatch("matches", "two texts", arguments);
        }

        if (!evaluation.TrySpend(Construction))
        {
            return evaluation.Exhausted;
        }

        return TextPattern.TryRead(arguments[1].Text, out var pattern, out var problem)
            ? pattern.Find(arguments[0].Text, evaluation)
            : ExpressionValue.Failed($"'matches' cannot use the pattern: {problem}");
    }

    /// <summary>With a pattern that was read before.</summary>
    public static ExpressionValue Matches(ReadOnlySpan<ExpressionValue> arguments, TextPattern pattern, Evaluation evaluation) =>
        TextFunctions.AreTexts(arguments) ? pattern.Find(arguments[0].Text, evaluation) : ExpressionFunction.Mismatch("matches", "two texts", arguments);
}
