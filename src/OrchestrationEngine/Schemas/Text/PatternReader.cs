using System.Buffers;
using System.Globalization;

namespace OrchestrationEngine.Schemas;

/// <summary>Reads the pieces of a pattern of ECMA-262: classes, escapes, names and counts.</summary>
internal sealed class PatternReader(string text)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private int _at;

    public bool IsAtEnd => _at >= text.Length;

    public char Current => text[_at];

    public char Peek(int ahead) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    public void Skip(int count) => _at += count;

    public bool TryTake(char expected)
    {
        if (IsAtEnd || Current != expected)
        {
            return false;
        }

        _at++;
        return true;
    }

    public PatternSyntaxException Error(string what) => new($"at character {Math.Min(_at, text.Length) + 1}, {what}");

    public int ReadCodePoint()
    {
        var code = char.IsHighSurrogate(text[_at]) && char.IsLowSurrogate(Peek(1)) ? char.ConvertToUtf32(text[_at], text[_at + 1]) : text[_at];
        _at += code > 0xFFFF ? 2 : 1;
        return code;
    }

    public int ReadNumber()
    {
        var value = 0;
        for (; !IsAtEnd && char.IsAsciiDigit(Current); _at++)
        {
            value = Math.Min((value * 10) + (Current - '0'), 1_000_000);
        }

        return value;
    }

    /// <summary>Reads a name in angle brackets.</summary>
    public string ReadName()
    {
        var end = IsAtEnd || Current != '<' ? -1 : text.IndexOf('>', _at);
        var name = end < 0 ? string.Empty : text[(_at + 1)..end];
        if (name.Length == 0 || char.IsDigit(name[0]) || !name.All(c => char.IsLetterOrDigit(c) || c is '_' or '$'))
        {
            throw Error("a name of letters, digits and '_' in angle brackets is expected");
        }

        _at = end + 1;
        return name;
    }

    /// <summary>Looks for a count in braces; braces with anything else in them stand for themselves.</summary>
    public bool TryPeekCount(out int length, out int minimum, out int maximum)
    {
        var start = _at;
        _at++;
        var digits = _at;
        minimum = maximum = ReadNumber();
        var isCount = _at > digits;
        if (isCount && TryTake(','))
        {
            digits = _at;
            maximum = ReadNumber();
            maximum = _at > digits ? maximum : int.MaxValue;
        }

        isCount = isCount && TryTake('}');
        length = _at - start;
        _at = start;
        return isCount;
    }

    /// <summary>Reads a class in brackets.</summary>
    public CodePoints ReadClass()
    {
        _at++;
        var isNegated = TryTake('^');
        var set = new CodePoints();
        while (!TryTake(']'))
        {
            var from = ReadMember(set);
            if (from is not { } first || IsAtEnd || Current != '-' || Peek(1) is ']' or '\0')
            {
                // A hyphen beside a class such as \w is itself.
                continue;
            }

            _at++;
            var to = ReadMember(set);
            if (to is not { } last)
            {
                set.Add('-', '-');
                continue;
            }

            if (last < first)
            {
                throw Error("the ends of a range are out of order");
            }

            set.Add(first, last);
        }

        return isNegated ? set.Complement() : set;
    }

    /// <summary>Reads an escape: the characters that it stands for.</summary>
    public CodePoints ReadEscape(bool inClass)
    {
        var kind = Peek(1);
        switch (kind)
        {
            case 'd' or 'D' or 'w' or 'W' or 's' or 'S':
                _at += 2;
                var set = char.ToLowerInvariant(kind) switch { 'd' => CodePoints.Digits, 'w' => CodePoints.Word, _ => CodePoints.Space };
                return char.IsUpper(kind) ? set.Complement() : set;
            case 'p' or 'P':
                _at += 2;
                var found = ReadProperty();
                return kind == 'P' ? found.Complement() : found;
            default:
                var code = ReadCharacterEscape(inClass);
                return CodePoints.Of((code, code));
        }
    }

    // A member of a class that is one character is returned too, as it may begin a range.
    private int? ReadMember(CodePoints set)
    {
        if (IsAtEnd)
        {
            throw Error("a '[' has no ']'");
        }

        if (Current != '\\')
        {
            var plain = ReadCodePoint();
            set.Add(plain, plain);
            return plain;
        }

        if (Peek(1) is 'd' or 'D' or 'w' or 'W' or 's' or 'S' or 'p' or 'P')
        {
            set.Add(ReadEscape(inClass: true));
            return null;
        }

        var code = ReadCharacterEscape(inClass: true);
        set.Add(code, code);
        return code;
    }

    private CodePoints ReadProperty()
    {
        var end = IsAtEnd || Current != '{' ? -1 : text.IndexOf('}', _at);
        if (end < 0)
        {
            throw Error("'\\p' must be followed by a property in braces, such as {L}");
        }

        var name = text[(_at + 1)..end];
        var found = UnicodeProperties.Find(name)
            ?? throw Error($"the Unicode property '{(name.Length > 40 ? name[..40] : name)}' is not supported; general categories such as {{L}}, {{Lu}} or {{Nd}} are, scripts are not");
        _at = end + 1;
        return found;
    }

    private int ReadCharacterEscape(bool inClass)
    {
        _at++;
        if (IsAtEnd)
        {
            throw Error("there is nothing after the last '\\'");
        }

        var kind = Current;
        switch (kind)
        {
            case 't' or 'n' or 'v' or 'f' or 'r':
                _at++;
                return kind switch { 't' => '\t', 'n' => '\n', 'v' => '\v', 'f' => '\f', _ => '\r' };
            case 'b' when inClass:
                _at++;
                return '\b';
            case '0' when !char.IsAsciiDigit(Peek(1)):
                _at++;
                return 0;
            case 'c' when char.IsAsciiLetter(Peek(1)):
                _at += 2;
                return text[_at - 1] & 0x1F;
            case 'x':
                _at++;
                return ReadHex(2);
            case 'u':
                _at++;
                return ReadUnicode();
            default:
                // Letters are kept for what may come; '\-', '\_', '\"' and the like are common and harmless.
                return !char.IsAsciiLetterOrDigit(kind) ? ReadCodePoint() : throw Error($"'\\{kind}' is no escape of ECMA-262");
        }
    }

    private int ReadUnicode()
    {
        if (TryTake('{'))
        {
            var end = text.IndexOf('}', _at);
            if (end < 0 || end - _at > 8 || !int.TryParse(text.AsSpan(_at, end - _at), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code is < 0 or > 0x10FFFF)
            {
                throw Error("'\\u{' must be followed by the hexadecimal number of a character and '}'");
            }

            _at = end + 1;
            return code;
        }

        var unit = ReadHex(4);
        if (char.IsHighSurrogate((char)unit) && Peek(0) == '\\' && Peek(1) == 'u')
        {
            var before = _at;
            _at += 2;
            var low = ReadHex(4);
            if (char.IsLowSurrogate((char)low))
            {
                return char.ConvertToUtf32((char)unit, (char)low);
            }

            _at = before;
        }

        return unit;
    }

    private int ReadHex(int digits)
    {
        if (_at + digits > text.Length || text.AsSpan(_at, digits).ContainsAnyExcept(HexDigits))
        {
            throw Error($"{digits} hexadecimal digits are expected");
        }

        _at += digits;
        return int.Parse(text.AsSpan(_at - digits, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
