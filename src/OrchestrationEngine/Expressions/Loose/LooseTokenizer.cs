namespace OrchestrationEngine.Expressions;

/// <summary>Cuts a loose condition into tokens. Names keep their hyphens, dots and constant indexes.</summary>
internal sealed class LooseTokenizer(string text, List<string> assumptions)
{
    private static readonly (string Written, string Exact)[] Symbols =
    [
        ("===", "=="), ("!==", "!="), ("==", "=="), ("!=", "!="), ("<>", "!="), ("<=", "<="), (">=", ">="), ("&&", "&&"), ("||", "||"),
        ("=", "=="), ("<", "<"), (">", ">"), ("!", "!"), ("(", "("), (")", ")"), ("[", "["), ("]", "]"), (",", ","), (":", ":"),
    ];

    private int _position;

    public ExpressionError? Error { get; private set; }

    /// <summary>Cuts the whole text, or as far as the first error.</summary>
    public List<LooseToken> ReadAll()
    {
        var tokens = new List<LooseToken>();
        while (Error is null && SkipSpace())
        {
            if (Next() is { } token)
            {
                tokens.Add(token);
            }
        }

        tokens.Add(new(LooseKind.End, text.Length, 0, ""));
        return tokens;
    }

    private static bool IsWordStart(char character) => char.IsLetter(character) || character is '_' or '@' or '$';

    private static bool IsWordPart(char character) => char.IsLetterOrDigit(character) || character is '_' or '@' or '$';

    private static char ClosingOf(char quote) => quote switch
    {
        '\u2018' => '\u2019',
        '\u201c' => '\u201d',
        _ => quote,
    };

    private bool SkipSpace()
    {
        while (_position < text.Length && char.IsWhiteSpace(text[_position]))
        {
            _position++;
        }

        return _position < text.Length;
    }

    private char At(int position) => position < text.Length ? text[position] : '\0';

    private LooseToken? Next()
    {
        var character = text[_position];
        if (character is '\'' or '"' or '\u2018' or '\u201c')
        {
            return Quoted(character);
        }

        if (char.IsAsciiDigit(character) || (character == '-' && char.IsAsciiDigit(At(_position + 1))))
        {
            return NumberOrWord();
        }

        if (IsWordStart(character) || (character == '.' && IsWordStart(At(_position + 1))))
        {
            return Word(_position);
        }

        foreach (var (written, exact) in Symbols)
        {
            if (text.AsSpan(_position).StartsWith(written, StringComparison.Ordinal))
            {
                return Symbol(written, exact);
            }
        }

        Error = new(_position, $"Unexpected '{character}' at position {_position}.");
        return null;
    }

    private LooseToken Symbol(string written, string exact)
    {
        if (written != exact)
        {
            Assume($"'{written}' was read as '{exact}'.");
        }

        var token = new LooseToken(LooseKind.Symbol, _position, written.Length, exact);
        _position += written.Length;
        return token;
    }

    private LooseToken? Quoted(char quote)
    {
        var start = _position;
        var closing = ClosingOf(quote);
        if (quote is '\'' or '"')
        {
            var value = StringLiteral.Read(text, ref _position, out var error);
            Error = error;
            return value is null ? null : new(LooseKind.Text, start, _position - start, value);
        }

        var end = text.IndexOf(closing, start + 1);
        if (end < 0)
        {
            Error = new(start, $"The text that begins at position {start} is not closed; expected {closing}.");
            return null;
        }

        _position = end + 1;
        return new(LooseKind.Text, start, _position - start, text[(start + 1)..end]);
    }

    private LooseToken NumberOrWord()
    {
        var end = _position + 1;
        while (char.IsAsciiDigit(At(end)) || (At(end) == '.' && char.IsAsciiDigit(At(end + 1))))
        {
            end++;
        }

        // 9a is a name, as is 2-tier.
        if (text[_position] != '-' && (IsWordPart(At(end)) || (At(end) == '-' && IsWordPart(At(end + 1)))))
        {
            return Word(_position);
        }

        var token = new LooseToken(LooseKind.Number, _position, end - _position, text[_position..end]);
        _position = end;
        return token;
    }

    private LooseToken Word(int start)
    {
        var end = start + 1;
        for (var step = StepAt(end); step > 0; step = StepAt(end))
        {
            end += step;
        }

        var token = new LooseToken(LooseKind.Word, start, end - start, text[start..end]);
        _position = end;
        return token;
    }

    /// <summary>How many characters from here on belong to the word that is being read.</summary>
    private int StepAt(int position)
    {
        var character = At(position);
        if (IsWordPart(character))
        {
            return 1;
        }

        if (character is '-' or '.' or '/')
        {
            return IsWordPart(At(position + 1)) ? 2 : 0;
        }

        // A list behind 'in' has a space before it, an index has none.
        var close = character == '[' ? text.IndexOf(']', position) : -1;
        var isIndex = close > position + 1 && text.AsSpan(position + 1, close - position - 1).IndexOfAnyExceptInRange('0', '9') < 0;
        return isIndex ? close + 1 - position : 0;
    }

    private void Assume(string sentence)
    {
        if (!assumptions.Contains(sentence))
        {
            assumptions.Add(sentence);
        }
    }
}
