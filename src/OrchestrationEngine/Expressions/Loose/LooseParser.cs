namespace OrchestrationEngine.Expressions;

/// <summary>
/// Reads a loose condition and writes it out in the exact language, with more parentheses than needed. A rule that fails returns null and leaves
/// the error. Used once.
/// </summary>
internal sealed class LooseParser
{
    private const int MaxDepth = 40;
    private const string AfterPrefix = "after_";
    private const string AfterSuffix = "_complete";

    private readonly LooseTokens _tokens;
    private readonly LooseComparisons _comparisons;
    private readonly List<string> _assumptions = [];
    private readonly List<string> _after = [];
    private readonly bool _mustAllHold;
    private int _depth;
    private int _negations;
    private ExpressionError? _unknownName;

    public LooseParser(string text, LooseConditionOptions options)
    {
        var tokenizer = new LooseTokenizer(text, _assumptions);
        _tokens = new(tokenizer.ReadAll());
        _comparisons = new(options, _assumptions);
        Error = tokenizer.Error;
        _mustAllHold = !_tokens.Contain("||", "or");
    }

    public ExpressionError? Error { get; private set; }

    /// <summary>Whether the text is a condition but for a name that does not exist.</summary>
    public bool IsUnknownName => Error is not null && Error == _unknownName;

    public IReadOnlyList<string> Assumptions => _assumptions.Distinct().ToList().AsReadOnly();

    public IReadOnlyList<string> After => _after.AsReadOnly();

    private LooseToken Current => _tokens.Current;

    public string? Parse()
    {
        if (Error is not null)
        {
            return null;
        }

        if (Current.IsWord("if") || Current.IsWord("when"))
        {
            _assumptions.Add($"'{Current.Text}' at the start was left out.");
            _tokens.Advance();
        }

        if (TryParseAlways() is { } always)
        {
            return always;
        }

        var condition = ParseAny();
        if (condition is not null && Current.IsSymbol(":") && _tokens.Behind.Kind == LooseKind.End)
        {
            _assumptions.Add("':' at the end was left out.");
            _tokens.Advance();
        }

        if (condition is not null && Current.Kind != LooseKind.End)
        {
            return Unexpected("expected 'AND', 'OR' or the end");
        }

        Error ??= _unknownName;
        return Error is null ? condition : null;
    }

    /// <summary>Reads <c>Always</c> or <c>Never</c> with a remark in parentheses behind it.</summary>
    private string? TryParseAlways()
    {
        var word = Current;
        if (!word.IsWord("always") && !word.IsWord("never"))
        {
            return null;
        }

        var behind = _tokens.Behind;
        if (behind.Kind != LooseKind.End && !(behind.IsSymbol("(") && _tokens.Last.IsSymbol(")")))
        {
            return null;
        }

        var meaning = word.IsWord("always") ? "true" : "false";
        _assumptions.Add($"'{word.Text}' was read as {meaning}.");
        if (behind.Kind != LooseKind.End)
        {
            _assumptions.Add("The remark in parentheses was left out.");
        }

        return meaning;
    }

    private string? ParseAny() => ParseChain("||", "or", ParseAll);

    private string? ParseAll() => ParseChain("&&", "and", ParseNot);

    private string? ParseChain(string symbol, string word, Func<string?> rule)
    {
        var operands = new List<string?> { rule() };
        while (operands[^1] is not null && (Current.IsSymbol(symbol) || Current.IsWord(word)))
        {
            if (Current.Kind == LooseKind.Word)
            {
                _assumptions.Add($"'{Current.Text}' was read as '{symbol}'.");
            }

            _tokens.Advance();
            operands.Add(rule());
        }

        if (operands[^1] is null)
        {
            return null;
        }

        // What was taken out as an order leaves true behind.
        operands.RemoveAll(operand => symbol == "&&" && operands.Count > 1 && operand == "true");
        return operands.Count switch
        {
            0 => "true",
            1 => operands[0],
            _ => $"({string.Join($" {symbol} ", operands)})",
        };
    }

    private string? ParseNot()
    {
        if (!Current.IsSymbol("!") && !Current.IsWord("not"))
        {
            return ParseComparison();
        }

        if (Current.Kind == LooseKind.Word)
        {
            _assumptions.Add($"'{Current.Text}' was read as '!'.");
        }

        _negations++;
        var operand = Deeper(ParseNot);
        _negations--;
        return operand is null ? null : $"!({operand})";
    }

    private string? ParseComparison()
    {
        if (Current.IsSymbol("("))
        {
            var inner = Deeper(ParseAny);
            return inner is null ? null : Current.IsSymbol(")") ? Take($"({inner})") : Unexpected("expected ')'");
        }

        var left = ParseOperand();
        if (left is null)
        {
            return null;
        }

        if (Current.IsWord("exists"))
        {
            _tokens.Advance();
            return Done(_comparisons.Exists(left.Value));
        }

        var isNegated = Current.IsWord("not") && _tokens.Behind.IsWord("in");
        if (isNegated || Current.IsWord("in"))
        {
            _tokens.Advance(isNegated ? 2 : 1);
            var membership = ParseMembership(left.Value);
            return membership is null || !isNegated ? membership : $"!({membership})";
        }

        if (Current.Kind == LooseKind.Symbol && Current.Text is "==" or "!=" or "<" or "<=" or ">" or ">=")
        {
            var symbol = Take(Current.Text);
            return ParseOperand() is { } right ? Done(_comparisons.Compare(symbol, left.Value, right)) : null;
        }

        return TryTakeOrder(left.Value) ?? Done(_comparisons.Truth(left.Value));
    }

    private string? ParseMembership(LooseToken wanted)
    {
        if (!Current.IsSymbol("[") && Current.Kind == LooseKind.Word)
        {
            return ParseOperand() is { } collection ? Done(_comparisons.In(wanted, collection)) : null;
        }

        return ParseList() is { } items ? Done(_comparisons.In(wanted, items)) : null;
    }

    /// <summary>Reads <c>after_NAME_complete</c> where it must hold in any case: out of <c>a OR b</c> and <c>NOT a</c> it cannot be taken.</summary>
    private string? TryTakeOrder(LooseToken name)
    {
        if (!_mustAllHold
            || _negations > 0
            || name.Kind != LooseKind.Word
            || name.Text.Length <= AfterPrefix.Length + AfterSuffix.Length
            || !name.Text.StartsWith(AfterPrefix, StringComparison.Ordinal)
            || !name.Text.EndsWith(AfterSuffix, StringComparison.Ordinal))
        {
            return null;
        }

        var before = name.Text[AfterPrefix.Length..^AfterSuffix.Length];
        _after.Add(before);
        _assumptions.Add($"'{name.Text}' was read as an order, that '{before}' comes first, and not as part of the condition.");
        return "true";
    }

    private LooseToken? ParseOperand()
    {
        if (_tokens.TryTakeOperand(out var operand))
        {
            return operand;
        }

        Unexpected("expected a name or a value");
        return null;
    }

    private List<LooseToken>? ParseList()
    {
        if (!Current.IsSymbol("["))
        {
            Unexpected("expected '[' and a list behind 'in'");
            return null;
        }

        _tokens.Advance();
        var items = new List<LooseToken>();
        while (!Current.IsSymbol("]"))
        {
            if (ParseOperand() is not { } item)
            {
                return null;
            }

            items.Add(item);
            if (Current.IsSymbol(","))
            {
                _tokens.Advance();
            }
            else if (!Current.IsSymbol("]"))
            {
                Unexpected("expected ',' or ']'");
                return null;
            }
        }

        _tokens.Advance();
        return items;
    }

    private string? Deeper(Func<string?> rule)
    {
        if (_depth == MaxDepth)
        {
            return Fail(Current.Position, $"The condition is nested more than {MaxDepth} deep at position {Current.Position}.");
        }

        _depth++;
        _tokens.Advance();
        var result = rule();
        _depth--;
        return result;
    }

    private string Take(string result)
    {
        _tokens.Advance();
        return result;
    }

    // The rest is read all the same: an error in it may mean that the text is not loose but exact.
    private string Done(LooseResult result)
    {
        _unknownName ??= result.Problem is null ? null : new(result.Position, result.Problem);
        return result.Text ?? "false";
    }

    private string? Unexpected(string expected) =>
        Fail(Current.Position, $"Unexpected {(Current.Kind == LooseKind.End ? "end" : $"'{Current.Text}'")} at position {Current.Position}; {expected}.");

    private string? Fail(int position, string message)
    {
        Error ??= new(position, message);
        return null;
    }
}
