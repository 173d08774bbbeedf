namespace OrchestrationEngine.Expressions;

/// <summary>Writes the questions of a loose condition out in the exact language.</summary>
internal sealed class LooseComparisons(LooseConditionOptions options, List<string> assumptions)
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        "bicep", "cs", "csv", "html", "js", "json", "log", "md", "pdf", "png", "py", "sql", "svg", "tf", "toml", "ts", "txt", "xml", "yaml", "yml", "zip",
    };

    private readonly LooseNames _names = new(options);

    /// <summary>Whether something is there and is not empty.</summary>
    public LooseResult Truth(LooseToken operand)
    {
        if (operand.Kind != LooseKind.Word)
        {
            return new(null, $"{Shown(operand)} at position {operand.Position} is no condition.", operand.Position);
        }

        if (Constant(operand) is { } constant)
        {
            return constant is "true" or "false" ? new(constant) : new("false");
        }

        if (operand.Text.EndsWith(".length", StringComparison.Ordinal))
        {
            return Compare("!=", operand, new(LooseKind.Number, operand.Position, operand.Length, "0"));
        }

        if (Path(operand, out var problem) is not { } path)
        {
            return problem;
        }

        assumptions.Add($"'{operand.Text}' alone was read as: it is there, and is neither null, false, 0 nor an empty text.");
        return new($"({(path.Segments is [.., { Key: not null }] ? $"has({path}) && " : "")}!({path} in [null, false, 0, '']))");
    }

    /// <summary>Whether a member is there, or an artifact when the name is that of a file.</summary>
    public LooseResult Exists(LooseToken operand)
    {
        if (operand.Kind == LooseKind.Text || (operand.Kind == LooseKind.Word && IsFile(operand.Text) && !_names.IsName(operand.Text)))
        {
            assumptions.Add($"'{operand.Text}' was read as the name of an artifact.");
            return new($"{StringLiteral.Quote(operand.Text)} in {options.Artifacts}");
        }

        if (Path(operand, out var problem) is not { } path)
        {
            return problem;
        }

        assumptions.Add("'exists' was read as has(...).");
        return path.Segments is [.., { Key: not null }] ? new($"has({path})") : new($"{path} != null");
    }

    public LooseResult In(LooseToken operand, List<LooseToken> items)
    {
        if (Side(operand, isFirst: true, out var problem) is not { } left)
        {
            return problem;
        }

        var texts = items.ConvertAll(item => Side(item, isFirst: false, out _) ?? StringLiteral.Quote(item.Text));
        var areTexts = items.Count > 0 && items.TrueForAll(item => IsText(item) && HasCase(item.Text));
        return !options.IgnoreCase || !areTexts || operand.Kind != LooseKind.Word
            ? new($"{left} in [{string.Join(", ", texts)}]")
            : new($"(type({left}) == string && {Lower(left)} in [{string.Join(", ", items.Select(item => StringLiteral.Quote(Lowered(item.Text))))}])");
    }

    /// <summary>Whether a list that is found elsewhere has a value.</summary>
    public LooseResult In(LooseToken operand, LooseToken collection) =>
        Side(operand, isFirst: true, out var problem) is { } left && Path(collection, out problem) is { } list ? new($"{left} in {list}") : problem;

    public LooseResult Compare(string symbol, LooseToken first, LooseToken second)
    {
        // '70 < coverage' has its name behind the operator.
        var isTurned = !IsNameLike(first) && IsNameLike(second);
        if (Side(first, !isTurned, out var problem) is not { } left || Side(second, isTurned, out problem) is not { } right)
        {
            return problem;
        }

        var (name, value) = isTurned ? (right, first) : (left, second);
        var isEquality = symbol is "==" or "!=";
        if (!isEquality || !(isTurned || IsNameLike(first)) || !IsText(value))
        {
            return new($"{left} {symbol} {right}");
        }

        var isNone = value.Kind == LooseKind.Word && value.IsWord("none");
        var equal = options.IgnoreCase && HasCase(value.Text)
            ? $"(type({name}) == string && {Lower(name)} == {StringLiteral.Quote(Lowered(value.Text))})"
            : $"{name} == {StringLiteral.Quote(value.Text)}";
        if (isNone)
        {
            assumptions.Add("'none' was read as null or the text 'none'.");
            equal = $"({name} == null || {equal})";
        }

        return new(symbol == "==" ? equal : $"!({equal})");
    }

    /// <summary>Writes one side of an operator: a name on the side where a name is expected, else a value.</summary>
    private string? Side(LooseToken operand, bool isFirst, out LooseResult problem)
    {
        problem = default;
        if (operand.Kind != LooseKind.Word)
        {
            return operand.Kind == LooseKind.Number ? operand.Text : StringLiteral.Quote(operand.Text);
        }

        if (Constant(operand) is { } constant)
        {
            return constant;
        }

        if (IsText(operand, isFirst))
        {
            if (!operand.IsWord("none"))
            {
                assumptions.Add($"'{operand.Text}' was read as a text.");
            }

            return StringLiteral.Quote(operand.Text);
        }

        const string Length = ".length";
        var isLength = operand.Text.EndsWith(Length, StringComparison.Ordinal);
        var name = isLength ? operand with { Text = operand.Text[..^Length.Length] } : operand;
        if (Path(name, out problem) is not { } path)
        {
            return null;
        }

        if (isLength)
        {
            assumptions.Add("'.length' was read as size(...).");
        }

        return isLength ? $"size({path})" : path.ToString();
    }

    private static string? Constant(LooseToken word) => word.Text switch
    {
        _ when word.Kind != LooseKind.Word => null,
        _ when word.IsWord("true") => "true",
        _ when word.IsWord("false") => "false",
        _ when word.IsWord("null") || word.IsWord("undefined") => "null",
        _ => null,
    };

    private static bool IsNameLike(LooseToken token) => token.Kind == LooseKind.Word && Constant(token) is null;

    private bool IsText(LooseToken token, bool isFirst = false) =>
        token.Kind == LooseKind.Text || (token.Kind == LooseKind.Word && !isFirst && Constant(token) is null && !_names.IsName(token.Text));

    private static bool HasCase(string text) => text.Any(char.IsAsciiLetter);

    private string Lower(string path)
    {
        assumptions.Add("Texts are compared without regard to upper and lower case.");
        return $"{path}.lowerAscii()";
    }

    // As lowerAscii() does it: no letters but a to z.
    private static string Lowered(string text) => string.Concat(text.Select(character => char.IsAsciiLetterUpper(character) ? (char)(character | 0x20) : character));

    private static bool IsFile(string word) => word.LastIndexOf('.') is var dot and > 0 && Extensions.Contains(word[(dot + 1)..]);

    private static string Shown(LooseToken token) => token.Kind == LooseKind.Text ? StringLiteral.Quote(token.Text) : $"'{token.Text}'";

    private DataPath? Path(LooseToken operand, out LooseResult problem)
    {
        problem = default;
        if (operand.Kind != LooseKind.Word)
        {
            problem = new(null, $"{Shown(operand)} at position {operand.Position} is a value where a name is expected.", operand.Position);
            return null;
        }

        var path = _names.Find(operand.Text, assumptions, out var why);
        problem = path is null ? new(null, why, operand.Position) : default;
        return path;
    }
}

/// <summary>What a rule wrote, or why it could not.</summary>
internal readonly record struct LooseResult(string? Text, string? Problem = null, int Position = 0);
