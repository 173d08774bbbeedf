namespace OrchestrationEngine.Expressions;

/// <summary>
/// A place in one text: the current token, and the first error that anyone reading from here met. Rules return null behind an error, and every
/// <c>Fail</c> returns null so that they can do it in one expression.
/// </summary>
internal sealed class TokenCursor
{
    private const int MaxLength = 4096;
    private const int LongestQuotation = 24;

    private readonly string _text;
    private readonly ExpressionTokenizer _tokenizer;

    public TokenCursor(string text)
    {
        _text = text;
        _tokenizer = new(text);
        if (text.Length > MaxLength)
        {
            Error = new(MaxLength, $"The text has {text.Length} characters; at most {MaxLength} are allowed.");
        }
    }

    public Token Current { get; private set; }

    public TokenKind Kind => Current.Kind;

    public ExpressionError? Error { get; private set; }

    public void Advance() => Current = _tokenizer.Next();

    /// <summary>Applies a rule that must use the whole text.</summary>
    public T? ReadWhole<T>(Func<T?> rule, string what)
        where T : class
    {
        if (Error is not null)
        {
            return null;
        }

        Advance();
        if (Kind == TokenKind.End)
        {
            Fail(0, $"The {what} is empty.");
            return null;
        }

        var result = rule();
        if (result is not null && Kind != TokenKind.End)
        {
            Unexpected();
        }

        return Error is null ? result : null;
    }

    public ExpressionNode? Fail(int position, string message)
    {
        Error ??= new(position, message);
        return null;
    }

    /// <summary>Fails at the current token. What its author probably meant is said before what was expected.</summary>
    public ExpressionNode? Unexpected(string? expected = null)
    {
        if (Kind == TokenKind.Error)
        {
            Error ??= _tokenizer.Error;
            return null;
        }

        var position = Current.Position;
        var found = Kind == TokenKind.End ? "end" : $"'{_text.AsSpan(position, Math.Min(Current.Length, LongestQuotation))}'";
        var remedy = Remedy() ?? expected;
        return Fail(position, ExpressionErrors.Sentence($"Unexpected {found} at position {position}{(remedy is null ? "" : $"; {remedy}")}."));
    }

    private string? Remedy() => Kind switch
    {
        TokenKind.Identifier when Current.Text!.Equals("and", StringComparison.OrdinalIgnoreCase) => "did you mean '&&'?",
        TokenKind.Identifier when Current.Text!.Equals("or", StringComparison.OrdinalIgnoreCase) => "did you mean '||'?",
        TokenKind.Identifier when Current.Text == "in" => "'in' is not supported",
        TokenKind.Minus => $"arithmetic is not supported, and {ExpressionErrors.IndexForm}",
        TokenKind.Double when _text[Current.Position] == '.' => ExpressionErrors.IndexForm,
        TokenKind.OpenParenthesis => "functions are not supported",
        TokenKind.Dot or TokenKind.OpenBracket => "only a path has members",
        _ => null,
    };
}
