using System.Globalization;
using System.Text;

namespace OrchestrationEngine.Expressions;

/// <summary>
/// Reads a regular expression in the syntax of RE2 and gives one for .NET that finds the same. What RE2 does not have, or what could not be given
/// the same meaning, is refused. Used once.
/// </summary>
internal sealed class PatternReader
{
    private const string Pair = @"[\uD800-\uDBFF][\uDC00-\uDFFF]";
    private const int Wide = 3;

    private readonly string _pattern;
    private readonly StringBuilder _result = new();
    private readonly Stack<((bool Lines, bool Dot) Modes, long Size)> _outer = [];
    private int _position;
    private (bool Lines, bool Dot) _modes;
    private long _last;

    public PatternReader(string pattern) => _pattern = pattern;

    /// <summary>How many parts the pattern has when its repetitions are written out.</summary>
    public long Size { get; private set; }

    /// <summary>The pattern for .NET, or null with what is wrong.</summary>
    public string? Read(out string? problem)
    {
        problem = Translate();
        return problem is null ? _result.ToString() : null;
    }

    private string? Translate()
    {
        while (_position < _pattern.Length)
        {
            var problem = _pattern[_position] switch
            {
                '\\' => Escape(),
                '[' => Class(),
                '(' => Open(),
                ')' => Close(),
                '.' => Put(_modes.Dot ? $"(?:{Pair}|[^\\uD800-\\uDFFF])" : $"(?:{Pair}|[^\\n\\uD800-\\uDFFF])", 1, Wide),
                '$' => Put(_modes.Lines ? "$" : @"\z", 1),
                '{' => Repetition(),
                _ => Literal(),
            };
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private string? Put(string text, int length, long size = 1)
    {
        _result.Append(text);
        _position += length;
        Size += size;
        _last = size;
        return null;
    }

    private string? Repetition()
    {
        var close = _pattern.IndexOf('}', _position);
        var most = 0;
        foreach (var part in close < 0 ? default : _pattern.AsSpan(_position + 1, close - _position - 1).Split(','))
        {
            var text = _pattern.AsSpan(_position + 1, close - _position - 1)[part];
            if (text.Length > 0 && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out most))
            {
                break;
            }

            Size = Math.Min(Size + (_last * most), int.MaxValue);
        }

        _result.Append('{');
        _position++;
        return null;
    }

    private string? Literal() =>
        char.IsHighSurrogate(_pattern[_position]) ? Put($"(?:{_pattern.AsSpan(_position, 2)})", 2) : Put(_pattern[_position].ToString(), 1);

    private string? Escape()
    {
        var kind = _position + 1 < _pattern.Length ? _pattern[_position + 1] : '\0';
        if (PatternClasses.Of(kind) is { } members)
        {
            return Put(char.IsAsciiLetterLower(kind) ? $"[{members}]" : $"(?:{Pair}|[^{members}\\uD800-\\uDFFF])", 2, Wide);
        }

        return kind switch
        {
            'A' or 'z' or 'b' or 'B' => Put($"\\{kind}", 2),
            'p' or 'P' => PatternClasses.Category(_pattern, _position) is { } category ? Put(category, CategoryLength()) : $"'\\{kind}' at {_position} is not one of the categories of Unicode, such as '\\pL'.",
            _ => PatternClasses.Character(_pattern, ref _position) is { } character ? Put(character, 0) : $"'\\{kind}' at {_position} is not supported.",
        };
    }

    private int CategoryLength() => _pattern[_position + 2] == '{' ? _pattern.IndexOf('}', _position) - _position + 1 : 3;

    private string? Open()
    {
        _outer.Push((_modes, Size));
        if (_position + 1 >= _pattern.Length || _pattern[_position + 1] != '?')
        {
            return Put("(?:", 1);
        }

        var name = _pattern.AsSpan(_position + 2);
        if (name.StartsWith("P<") || (name.StartsWith("<") && name.Length > 1 && name[1] is not ('=' or '!')))
        {
            var end = _pattern.IndexOf('>', _position);
            return end < 0 ? $"the name at {_position} is not closed." : Put("(?:", end + 1 - _position);
        }

        var isOn = true;
        for (var at = _position + 2; at < _pattern.Length; at++)
        {
            switch (_pattern[at])
            {
                case 'i':
                    break;
                case 'm':
                    _modes.Lines = isOn;
                    break;
                case 's':
                    _modes.Dot = isOn;
                    break;
                case '-' when isOn:
                    isOn = false;
                    break;
                case ':':
                    return Put(_pattern[_position..(at + 1)], at + 1 - _position);
                case ')' when at > _position + 2:
                    // Modes that are set without a group of their own hold to the end of the group around them.
                    _outer.Pop();
                    return Put(_pattern[_position..(at + 1)], at + 1 - _position);
                default:
                    return $"'(?{_pattern[at]}' at {_position} is not supported.";
            }
        }

        return $"the group at {_position} is not closed.";
    }

    private string? Close()
    {
        if (!_outer.TryPop(out var outer))
        {
            return $"the ')' at {_position} closes nothing.";
        }

        Put(")", 1);
        _modes = outer.Modes;
        _last = Size - outer.Size;
        return null;
    }

    private string? Class()
    {
        var start = _position++;
        var isNegated = _position < _pattern.Length && _pattern[_position] == '^';
        _position += isNegated ? 1 : 0;
        var members = new StringBuilder();
        for (var isFirst = true; _position < _pattern.Length && (isFirst || _pattern[_position] != ']'); isFirst = false)
        {
            if (Member() is not { } member)
            {
                return $"the part of the class at {_position} is not supported.";
            }

            members.Append(member);
        }

        if (_position >= _pattern.Length)
        {
            return $"the class at {start} is not closed.";
        }

        return Put(isNegated ? $"(?:{Pair}|[^{members}\\uD800-\\uDFFF])" : $"[{members}]", 1);
    }

    private string? Member()
    {
        var character = _pattern[_position];
        if (character == '[' && _position + 1 < _pattern.Length && _pattern[_position + 1] == ':')
        {
            return PatternClasses.Named(_pattern, ref _position);
        }

        if (character != '\\')
        {
            if (char.IsSurrogate(character))
            {
                return null;
            }

            _position++;
            return character is '[' or ']' or '^' ? $"\\{character}" : character.ToString();
        }

        var kind = _position + 1 < _pattern.Length ? _pattern[_position + 1] : '\0';
        if (PatternClasses.Of(kind) is { } members)
        {
            _position += 2;
            return char.IsAsciiLetterLower(kind) ? members : PatternClasses.Complement(kind);
        }

        if (kind is 'p' or 'P')
        {
            var category = PatternClasses.Category(_pattern, _position);
            _position += category is null ? 0 : CategoryLength();
            return category;
        }

        return PatternClasses.Character(_pattern, ref _position);
    }
}
