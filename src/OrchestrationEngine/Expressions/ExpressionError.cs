namespace OrchestrationEngine.Expressions;

/// <summary>Why a text is not an expression or a path.</summary>
/// <param name="Position">Where in the text, counted in characters from 0; the text's length when something is missing at its end.</param>
/// <param name="Message">A sentence for its author, with the position and, where there is one, the likely remedy.</param>
public sealed record ExpressionError(int Position, string Message);
