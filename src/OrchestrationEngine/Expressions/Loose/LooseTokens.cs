namespace OrchestrationEngine.Expressions;

/// <summary>A place among the tokens of a loose condition, of which the last is the end.</summary>
internal sealed class LooseTokens(List<LooseToken> tokens)
{
    private int _next;

    public LooseToken Current => tokens[_next];

    /// <summary>The token behind the current one, which must not be the end.</summary>
    public LooseToken Behind => tokens[_next + 1];

    /// <summary>The last token before the end.</summary>
    public LooseToken Last => tokens[^2];

    public bool Contain(string symbol, string word) => tokens.Exists(token => token.IsSymbol(symbol) || token.IsWord(word));

    public void Advance(int count = 1) => _next += count;

    /// <summary>Takes a literal, or words, which are one name when there are several.</summary>
    public bool TryTakeOperand(out LooseToken operand)
    {
        operand = Current;
        if (operand.Kind is LooseKind.End or LooseKind.Symbol || IsKeyword(operand))
        {
            return false;
        }

        _next++;
        while (operand.Kind == LooseKind.Word && Current.Kind is LooseKind.Word or LooseKind.Number && !IsKeyword(Current))
        {
            operand = operand with { Length = Current.Position + Current.Length - operand.Position, Text = $"{operand.Text} {Current.Text}" };
            _next++;
        }

        return true;
    }

    private static bool IsKeyword(LooseToken token) =>
        token.IsWord("and") || token.IsWord("or") || token.IsWord("not") || token.IsWord("in") || token.IsWord("exists");
}
