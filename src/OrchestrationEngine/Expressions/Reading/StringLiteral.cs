using System.Globalization;
using System.Text;

namespace OrchestrationEngine.Expressions;

/// <summary>Reads and writes quoted strings with the escapes of CEL.</summary>
internal static class StringLiteral
{
    /// <summary>Whether the text can be written as UTF-8: JSON cannot be searched for half of a surrogate pair.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var position = 0; position < text.Length; position++)
        {
            if (char.IsSurrogate(text[position]) && (position + 1 == text.Length || !char.IsSurrogatePair(text[position], text[++position])))
            {
                return false;
            }
        }

        return true;
    }

    public static string Quote(string value)
    {
        var quoted = new StringBuilder(value.Length + 2).Append('\'');
        foreach (var character in value)
        {
            _ = character switch
            {
                '\'' or '\\' => quoted.Append('\\').Append(character),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' or '\x7f' or '\x85' or '\u2028' or '\u2029' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('\'').ToString();
    }

    /// <summary>Reads the string whose opening quote or prefix is at <paramref name="position"/>, and moves behind its closing quote.</summary>
    public static string? Read(string text, ref int position, out ExpressionError? error)
    {
        var start = position;
        var raw = false;
        while (text[position] is not ('\'' or '"'))
        {
            if (text[position++] is 'b' or 'B')
            {
                error = new(start, $"The string at position {start} is marked as bytes; there are no bytes, only texts.");
                return null;
            }

            raw = true;
        }

        var quote = text[position];
        var triple = text.AsSpan(position).StartsWith([quote, quote, quote]);
        var closing = new string(quote, triple ? 3 : 1);
        position += closing.Length;
        var value = new StringBuilder();
        while (position < text.Length && (triple || text[position] is not ('\n' or '\r')))
        {
            if (text.AsSpan(position).StartsWith(closing, StringComparison.Ordinal))
            {
                position += closing.Length;
                return Finish(start, value.ToString(), out error);
            }

            if (raw || text[position] != '\\')
            {
                value.Append(text[position++]);
            }
            else if (!TryReadEscape(text, ref position, value))
            {
                error = new(position, $"Unknown escape at position {position}; a backslash itself is written '\\\\'.");
                return null;
            }
        }

        error = new(start, $"The string that begins at position {start} is not closed; expected {closing}.");
        return null;
    }

    private static string? Finish(int start, string value, out ExpressionError? error)
    {
        error = IsWellFormed(value) ? null : new(start, $"The string at position {start} contains half of a surrogate pair, which is not a character.");
        return error is null ? value : null;
    }

    private static bool TryReadEscape(string text, ref int position, StringBuilder value)
    {
        var kind = position + 1 < text.Length ? text[position + 1] : '\0';
        switch (kind)
        {
            case '\\' or '\'' or '"' or '`' or '?':
                value.Append(kind);
                position += 2;
                return true;
            case 'x' or 'X':
                return TryReadCode(text, ref position, 2, 2, 16, value);
            case 'u':
                return TryReadCode(text, ref position, 2, 4, 16, value);
            case 'U':
                return TryReadCode(text, ref position, 2, 8, 16, value);
            case >= '0' and <= '3':
                return TryReadCode(text, ref position, 1, 3, 8, value);
        }

        var control = "abfnrtv".IndexOf(kind, StringComparison.Ordinal);
        if (control < 0)
        {
            return false;
        }

        value.Append("\a\b\f\n\r\t\v"[control]);
        position += 2;
        return true;
    }

    private static bool TryReadCode(string text, ref int position, int skip, int digits, int radix, StringBuilder value)
    {
        var start = position + skip;
        if (start + digits > text.Length)
        {
            return false;
        }

        var code = 0u;
        foreach (var character in text.AsSpan(start, digits))
        {
            var digit = char.IsAsciiDigit(character) ? character - '0' : char.IsAsciiLetter(character) ? (character | 0x20) - 'a' + 10 : radix;
            if (digit >= radix)
            {
                return false;
            }

            code = (code * (uint)radix) + (uint)digit;
        }

        if (!Rune.IsValid(code))
        {
            return false;
        }

        value.Append(new Rune(code).ToString());
        position = start + digits;
        return true;
    }
}
