namespace OrchestrationEngine.Expressions;

/// <summary>The smallest parts of an expression.</summary>
internal enum TokenKind
{
    End,
    Error,
    Identifier,
    String,
    Integer,
    Double,
    True,
    False,
    Null,
    Dot,
    OpenBracket,
    CloseBracket,
    OpenParenthesis,
    CloseParenthesis,
    Equal,
    NotEqual,
    Not,
    And,
    Or,
    Minus,
}

/// <summary>A part of an expression and where it stands. An integer is kept without sign, because only with it can its range be judged.</summary>
internal readonly record struct Token(TokenKind Kind, int Position, int Length, string? Text = null, ulong Magnitude = 0, double Number = 0);
