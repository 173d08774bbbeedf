namespace OrchestrationEngine.Expressions;

/// <summary>One step of a <see cref="DataPath"/>: a member by its name, or an element by its index.</summary>
public readonly record struct DataPathSegment
{
    private DataPathSegment(string? key, int index)
    {
        Key = key;
        Index = index;
    }

    /// <summary>The name of the member, or null when the step goes to an element.</summary>
    public string? Key { get; }

    /// <summary>The index of the element, counted from 0. Meaningful only when <see cref="Key"/> is null.</summary>
    public int Index { get; }

    /// <summary>A step to a member.</summary>
    /// <param name="key">The name; any text, also an empty one.</param>
    /// <returns>The step.</returns>
    /// <exception cref="ArgumentException">The name holds half of a surrogate pair, so no JSON member can have it.</exception>
    public static DataPathSegment Member(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return StringLiteral.IsWellFormed(key)
            ? new(key, 0)
            : throw new ArgumentException("The name holds half of a surrogate pair, so no JSON member can have it.", nameof(key));
    }

    /// <summary>A step to an element of a list.</summary>
    /// <param name="index">The index, counted from 0.</param>
    /// <returns>The step.</returns>
    public static DataPathSegment Element(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new(null, index);
    }

    /// <summary>Writes the step as it stands in a path: <c>.output</c>, <c>['@plan']</c> or <c>[0]</c>.</summary>
    /// <returns>The step's text.</returns>
    public override string ToString() =>
        Key is null ? $"[{Index}]" : PathParser.IsMemberName(Key) ? $".{Key}" : $"[{StringLiteral.Quote(Key)}]";
}
