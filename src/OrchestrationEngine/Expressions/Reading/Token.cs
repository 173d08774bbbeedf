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
    In,
    Dot,
    Comma,
    Question,
    Colon,
    OpenBracket,
    CloseBracket,
    OpenParenthesis,
    CloseParenthesis,
    OpenBrace,
    CloseBrace,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Not,
    And,
    Or,
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
}

/// <summary>A part of an expression and where it stands. An integer is kept without sign, because only with it can its range be judged.</summary>
internal readonly record struct Token(TokenKind Kind, int Position, int Length, string? Text = null, ulong Magnitude = 0, double Number = 0);
