namespace OrchestrationEngine.Expressions;

/// <summary>The smallest parts of a condition that was written loosely.</summary>
internal enum LooseKind
{
    End,
    Word,
    Text,
    Number,
    Symbol,
}

/// <summary>A part and where it stands. A symbol has the spelling that the exact language would have.</summary>
internal readonly record struct LooseToken(LooseKind Kind, int Position, int Length, string Text)
{
    public bool IsSymbol(string symbol) => Kind == LooseKind.Symbol && Text == symbol;

    public bool IsWord(string word) => Kind == LooseKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
