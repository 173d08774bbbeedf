using System.Globalization;
using System.Text;

namespace OrchestrationEngine.Schemas;

/// <summary>
/// Translates a regular expression of ECMA-262 (in Unicode mode, with the slack that schemas in use need) to one of .NET that means the same
/// on UTF-16 text without halves of pairs. What ECMA-262 does not have is refused, also where .NET has it.
/// </summary>
internal sealed class PatternTranslator
{
    // ECMA-262 means ASCII by a word; .NET does not.
    private const string Word = "[0-9A-Za-z_]";
    private const string Boundary = $"(?:(?<={Word})(?!{Word})|(?<!{Word})(?={Word}))";
    private const string NoBoundary = $"(?:(?<={Word})(?={Word})|(?<!{Word})(?!{Word}))";
    private const int DeepestGroup = 100;

    private readonly string _text;
    private readonly PatternReader _reader;
    private readonly StringBuilder _output = new();
    private readonly List<string?> _groups = [];
    private readonly bool _keepsGroups;
    private int _depth;
    private int _captures;

    private PatternTranslator(string text)
    {
        _text = text;
        _reader = new PatternReader(text);
        FindGroups();
        _keepsGroups = text.Contains("\\k", StringComparison.Ordinal) || Enumerable.Range(1, 9).Any(digit => text.Contains($"\\{digit}", StringComparison.Ordinal));
    }

    /// <summary>Whether the translation needs look-around or back-references, which can't be matched in linear time.</summary>
    public bool NeedsBacktracking { get; private set; }

    /// <summary>Translates a pattern.</summary>
    /// <exception cref="PatternSyntaxException">The text is no pattern of ECMA-262.</exception>
    public static (string Pattern, bool NeedsBacktracking) Translate(string text)
    {
        var translator = new PatternTranslator(text);
        translator.Alternatives();
        if (!translator._reader.IsAtEnd)
        {
            throw translator._reader.Error("there is a ')' without a '('");
        }

        return (translator._output.ToString(), translator.NeedsBacktracking);
    }

    private void Alternatives()
    {
        if (++_depth > DeepestGroup)
        {
            throw _reader.Error($"its groups are nested more than {DeepestGroup} deep");
        }

        while (!_reader.IsAtEnd && _reader.Current != ')')
        {
            if (_reader.TryTake('|'))
            {
                _output.Append('|');
                continue;
            }

            var canRepeat = Atom();
            Quantifier(canRepeat);
        }

        _depth--;
    }

    private bool Atom()
    {
        switch (_reader.Current)
        {
            case '^':
                _reader.Skip(1);
                _output.Append("\\A");
                return false;
            case '$':
                _reader.Skip(1);
                _output.Append("\\z");
                return false;
            case '(':
                return Group();
            case '.':
                _reader.Skip(1);
                _output.Append(CodePoints.Dot.ToPattern());
                return true;
            case '[':
                _output.Append(_reader.ReadClass().ToPattern());
                return true;
            case '*' or '+' or '?':
                throw _reader.Error($"there is nothing that '{_reader.Current}' could repeat");
            case '{' when _reader.TryPeekCount(out _, out _, out _):
                throw _reader.Error("there is nothing that '{' could repeat");
            case '\\':
                return Escape();
            default:
                var code = _reader.ReadCodePoint();
                _output.Append(CodePoints.Of((code, code)).ToPattern());
                return true;
        }
    }

    private bool Escape()
    {
        switch (_reader.Peek(1))
        {
            case 'b' or 'B':
                NeedsBacktracking = true;
                _output.Append(_reader.Peek(1) == 'b' ? Boundary : NoBoundary);
                _reader.Skip(2);
                return false;
            case >= '1' and <= '9':
                _reader.Skip(1);
                BackReference(_reader.ReadNumber());
                return true;
            case 'k':
                _reader.Skip(2);
                var name = _reader.ReadName();
                var index = _groups.IndexOf(name);
                BackReference(index < 0 ? throw _reader.Error($"there is no group with the name '{name}'") : index + 1);
                return true;
            default:
                _output.Append(_reader.ReadEscape(inClass: false).ToPattern());
                return true;
        }
    }

    private void BackReference(int number)
    {
        if (number > _groups.Count)
        {
            throw _reader.Error($"there is no group with the number {number}");
        }

        // A group that has not taken part matches nothing in .NET and the empty text in ECMA-262; one that is still open is not set yet.
        NeedsBacktracking = true;
        _output.Append(CultureInfo.InvariantCulture, $"(?({number})\\{number})");
    }

    private bool Group()
    {
        _reader.Skip(1);
        var (opening, canRepeat, isCapture) = ("(?:", true, false);
        if (!_reader.TryTake('?'))
        {
            isCapture = true;
        }
        else if (!_reader.TryTake(':'))
        {
            (opening, canRepeat) = (_reader.IsAtEnd ? '\0' : _reader.Current, _reader.Peek(1)) switch
            {
                ('=', _) => ("(?=", true),
                ('!', _) => ("(?!", true),
                ('<', '=') => ("(?<=", false),
                ('<', '!') => ("(?<!", false),
                ('<', _) => ("(", true),
                _ => throw _reader.Error("'(?' must be followed by ':', '=', '!', '<=', '<!' or '<name>'"),
            };
            NeedsBacktracking |= opening != "(";
            isCapture = opening == "(";
            if (isCapture)
            {
                _reader.ReadName();
            }
            else
            {
                _reader.Skip(opening.Length - 2);
            }
        }

        // The groups get numbers also where they have names: .NET would count those with names last.
        _output.Append(isCapture ? (_keepsGroups ? string.Create(CultureInfo.InvariantCulture, $"(?<{++_captures}>") : "(?:") : opening);
        Alternatives();
        if (!_reader.TryTake(')'))
        {
            throw _reader.Error("a '(' has no ')'");
        }

        _output.Append(')');
        return canRepeat;
    }

    private void Quantifier(bool canRepeat)
    {
        if (_reader.IsAtEnd)
        {
            return;
        }

        string? quantifier = null;
        if (_reader.Current is '*' or '+' or '?')
        {
            quantifier = _reader.Current.ToString();
            _reader.Skip(1);
        }
        else if (_reader.Current == '{' && _reader.TryPeekCount(out var length, out var minimum, out var maximum))
        {
            if (maximum < minimum)
            {
                throw _reader.Error("the numbers in braces are out of order");
            }

            quantifier = maximum == int.MaxValue ? $"{{{minimum},}}" : $"{{{minimum},{maximum}}}";
            _reader.Skip(length);
        }

        if (quantifier is null)
        {
            return;
        }

        if (!canRepeat)
        {
            throw _reader.Error($"there is nothing that '{quantifier}' could repeat");
        }

        _output.Append(quantifier);
        if (_reader.TryTake('?'))
        {
            _output.Append('?');
        }
    }

    // Back-references may come before their groups.
    private void FindGroups()
    {
        var inClass = false;
        for (var at = 0; at < _text.Length; at++)
        {
            switch (_text[at])
            {
                case '\\':
                    at++;
                    break;
                case '[':
                    inClass = true;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '(' when !inClass && (at + 1 >= _text.Length || _text[at + 1] != '?'):
                    _groups.Add(null);
                    break;
                case '(' when !inClass && at + 3 < _text.Length && _text[at + 2] == '<' && _text[at + 3] is not ('=' or '!'):
                    var end = _text.IndexOf('>', at);
                    _groups.Add(end < 0 ? null : _text[(at + 3)..end]);
                    break;
            }
        }
    }
}

/// <summary>A text is no pattern of ECMA-262.</summary>
internal sealed class PatternSyntaxException(string message) : Exception(message);
