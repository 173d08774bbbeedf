namespace OrchestrationEngine.Expressions;

/// <summary>How operators are written, and how tightly they bind.</summary>
internal static class Symbols
{
    public const int Choice = 0;
    public const int Any = 1;
    public const int All = 2;
    public const int Relation = 3;
    public const int Sum = 4;
    public const int Product = 5;
    public const int Unary = 6;
    public const int Operand = 7;

    public static string Of(TokenKind kind) => kind switch
    {
        TokenKind.Equal => "==",
        TokenKind.NotEqual => "!=",
        TokenKind.Less => "<",
        TokenKind.LessOrEqual => "<=",
        TokenKind.Greater => ">",
        TokenKind.GreaterOrEqual => ">=",
        TokenKind.In => "in",
        TokenKind.Plus => "+",
        TokenKind.Minus => "-",
        TokenKind.Times => "*",
        TokenKind.Divide => "/",
        TokenKind.Remainder => "%",
        _ => throw new InvalidOperationException($"{kind} is not an operator between two values."),
    };

    /// <summary>The precedence of an operator between two values, or -1 when the token is none.</summary>
    public static int PrecedenceOf(TokenKind kind) => kind switch
    {
        TokenKind.Equal or TokenKind.NotEqual or TokenKind.In => Relation,
        TokenKind.Less or TokenKind.LessOrEqual or TokenKind.Greater or TokenKind.GreaterOrEqual => Relation,
        TokenKind.Plus or TokenKind.Minus => Sum,
        TokenKind.Times or TokenKind.Divide or TokenKind.Remainder => Product,
        _ => -1,
    };
}
