using System.Globalization;
using System.Text;

namespace OrchestrationEngine.Expressions;

/// <summary>Cuts a text into tokens, one at a time. After the first error it gives only that error.</summary>
internal sealed class ExpressionTokenizer(string text, int start = 0)
{
    private int _position = start;

    public ExpressionError? Error { get; private set; }

    public static bool IsNameStart(char character) => char.IsAsciiLetter(character) || character == '_';

    public static bool IsNamePart(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    public Token Next()
    {
        SkipSpace();
        if (Error is not null)
        {
            return new(TokenKind.Error, Error.Position, 0);
        }

        if (_position == text.Length)
        {
            return new(TokenKind.End, _position, 0);
        }

        var character = text[_position];
        if (IsNameStart(character))
        {
            return IsPrefixOfString() ? Quoted() : Name();
        }

        return char.IsAsciiDigit(character) || (character == '.' && char.IsAsciiDigit(At(_position + 1)))
            ? Numeral()
            : character is '\'' or '"' ? Quoted() : Symbol(character);
    }

    private char At(int position) => position < text.Length ? text[position] : '\0';

    private void SkipSpace()
    {
        while (_position < text.Length)
        {
            if (text[_position] is ' ' or '\t' or '\n' or '\r' or '\f')
            {
                _position++;
            }
            else if (text[_position] == '/' && At(_position + 1) == '/')
            {
                var end = text.AsSpan(_position).IndexOfAny('\n', '\r');
                _position = end < 0 ? text.Length : _position + end;
            }
            else
            {
                return;
            }
        }
    }

    // r'...' is a raw string; b'...' would be bytes, which the string's reader refuses with a word about it.
    private bool IsPrefixOfString()
    {
        var position = _position;
        while (position < _position + 2 && At(position) is 'r' or 'R' or 'b' or 'B')
        {
            position++;
        }

        return position > _position && At(position) is '\'' or '"';
    }

    private Token Name()
    {
        var start = _position;
        while (IsNamePart(At(_position)))
        {
            _position++;
        }

        var name = text[start.._position];
        var kind = name switch
        {
            "true" => TokenKind.True,
            "false" => TokenKind.False,
            "null" => TokenKind.Null,
            "in" => TokenKind.In,
            _ => TokenKind.Identifier,
        };
        return new(kind, start, name.Length, name);
    }

    private Token Quoted()
    {
        var start = _position;
        var value = StringLiteral.Read(text, ref _position, out var error);
        return value is null ? Fail(error!) : new(TokenKind.String, start, _position - start, value);
    }

    private Token Numeral()
    {
        var start = _position;
        var hexadecimal = At(start) == '0' && At(start + 1) is 'x' or 'X' && char.IsAsciiHexDigit(At(start + 2));
        var integer = hexadecimal || SkipDouble();
        if (hexadecimal)
        {
            _position += 2;
            while (char.IsAsciiHexDigit(At(_position)))
            {
                _position++;
            }
        }

        var unsigned = At(_position) is 'u' or 'U' && integer;
        if (IsNamePart(At(unsigned ? _position + 1 : _position)))
        {
            return Fail(_position, $"Unexpected '{At(_position)}' in the number at position {start}; {ExpressionErrors.IndexForm}.");
        }

        var numeral = text.AsSpan(start, _position - start);
        _position += unsigned ? 1 : 0;
        if (!integer)
        {
            var number = double.Parse(numeral, NumberStyles.Float, CultureInfo.InvariantCulture);
            return double.IsFinite(number)
                ? new(TokenKind.Double, start, numeral.Length, Number: number)
                : Fail(start, $"The number at position {start} is too large for a double.");
        }

        return hexadecimal
            ? ulong.TryParse(numeral[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var magnitude)
                ? new(TokenKind.Integer, start, numeral.Length, Magnitude: magnitude)
                : TooLarge(start)
            : ulong.TryParse(numeral, NumberStyles.None, CultureInfo.InvariantCulture, out magnitude)
                ? new(TokenKind.Integer, start, numeral.Length, Magnitude: magnitude)
                : TooLarge(start);
    }

    /// <summary>Moves behind a decimal number. Answers whether it was an integer.</summary>
    private bool SkipDouble()
    {
        SkipDigits();
        var integer = true;
        if (At(_position) == '.' && char.IsAsciiDigit(At(_position + 1)))
        {
            integer = false;
            _position++;
            SkipDigits();
        }

        var sign = At(_position + 1) is '+' or '-' ? 1 : 0;
        if (At(_position) is 'e' or 'E' && char.IsAsciiDigit(At(_position + 1 + sign)))
        {
            integer = false;
            _position += 1 + sign;
            SkipDigits();
        }

        return integer;
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(At(_position)))
        {
            _position++;
        }
    }

    private Token TooLarge(int start) => Fail(start, ExpressionErrors.IntegerOutOfRange(start));

    private Token Symbol(char character)
    {
        var (kind, length) = (character, At(_position + 1)) switch
        {
            ('=', '=') => (TokenKind.Equal, 2),
            ('!', '=') => (TokenKind.NotEqual, 2),
            ('<', '=') => (TokenKind.LessOrEqual, 2),
            ('>', '=') => (TokenKind.GreaterOrEqual, 2),
            ('&', '&') => (TokenKind.And, 2),
            ('|', '|') => (TokenKind.Or, 2),
            ('<', _) => (TokenKind.Less, 1),
            ('>', _) => (TokenKind.Greater, 1),
            ('!', _) => (TokenKind.Not, 1),
            ('.', _) => (TokenKind.Dot, 1),
            (',', _) => (TokenKind.Comma, 1),
            ('?', _) => (TokenKind.Question, 1),
            (':', _) => (TokenKind.Colon, 1),
            ('{', _) => (TokenKind.OpenBrace, 1),
            ('}', _) => (TokenKind.CloseBrace, 1),
            ('+', _) => (TokenKind.Plus, 1),
            ('*', _) => (TokenKind.Times, 1),
            ('/', _) => (TokenKind.Divide, 1),
            ('%', _) => (TokenKind.Remainder, 1),
            ('[', _) => (TokenKind.OpenBracket, 1),
            (']', _) => (TokenKind.CloseBracket, 1),
            ('(', _) => (TokenKind.OpenParenthesis, 1),
            (')', _) => (TokenKind.CloseParenthesis, 1),
            ('-', _) => (TokenKind.Minus, 1),
            _ => (TokenKind.Error, 1),
        };
        if (kind == TokenKind.Error)
        {
            return Fail(_position, $"Unexpected {Shown(_position)} at position {_position}{Remedy(character)}.");
        }

        var token = new Token(kind, _position, length);
        _position += length;
        return token;
    }

    private string Shown(int position) =>
        Rune.TryGetRuneAt(text, position, out var rune) && !Rune.IsControl(rune) ? $"'{rune}'" : $"character U+{(int)text[position]:X4}";

    // The sentence ends with a full stop, or with the question mark of a suggestion.
    private static string Remedy(char character) => character switch
    {
        '=' => "; did you mean '=='?",
        '&' => "; did you mean '&&'?",
        '|' => "; did you mean '||'?",
        '$' => "; a path is written without '${' and '}'",
        '@' or '#' or '~' => $"; {ExpressionErrors.IndexForm}",
        '\u2018' or '\u2019' or '\u201c' or '\u201d' => "; text is quoted by ' or \"",
        _ => "",
    };

    private Token Fail(int position, string message) => Fail(new ExpressionError(position, ExpressionErrors.Sentence(message)));

    private Token Fail(ExpressionError error)
    {
        Error = error;
        return new(TokenKind.Error, error.Position, 0);
    }
}
