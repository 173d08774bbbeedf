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
        : this(text, 0)
    {
        CheckLength(0, text.Length);
    }

    /// <summary>Begins within a text; whoever does so checks how long the part is that was read.</summary>
    public TokenCursor(string text, int start)
    {
        _text = text;
        _tokenizer = new(text, start);
    }

    public Token Current { get; private set; }

    public TokenKind Kind => Current.Kind;

    public ExpressionError? Error { get; private set; }

    public void Advance() => Current = _tokenizer.Next();

    public void CheckLength(int start, int length)
    {
        if (length > MaxLength)
        {
            Error ??= new(start + MaxLength, $"The {(start == 0 ? "text" : "piece")} has {length} characters; at most {MaxLength} are allowed.");
        }
    }

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

    /// <summary>Goes past a token that must stand here.</summary>
    public bool TryTake(TokenKind kind, string expected)
    {
        if (Kind != kind)
        {
            Unexpected(expected);
            return false;
        }

        Advance();
        return true;
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
        TokenKind.Double when _text[Current.Position] == '.' => ExpressionErrors.IndexForm,
        _ => null,
    };
}
