namespace OrchestrationEngine.Expressions;

/// <summary>The wording that the tokenizer and the parser share.</summary>
internal static class ExpressionErrors
{
    public const string IndexForm = "a name that begins with a digit or holds other characters than letters, digits and '_' is written in index form: ['my-task']";

    public static string IntegerOutOfRange(int position) =>
        $"The number at position {position} does not fit into 64 bits; an integer is between {long.MinValue} and {long.MaxValue}.";

    /// <summary>Takes the full stop away behind a question.</summary>
    public static string Sentence(string message) => message.EndsWith("?.", StringComparison.Ordinal) ? message[..^1] : message;
}
