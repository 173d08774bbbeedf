using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrchestrationEngine.Expressions;

/// <summary>A key of a map: a boolean, an integer or a text.</summary>
internal readonly record struct MapKey(ExpressionValueKind Kind, long Integer, string? Text)
{
    /// <summary>The key as a value.</summary>
    public ExpressionValue Value => Kind switch
    {
        ExpressionValueKind.String => ExpressionValue.Of(Text!),
        ExpressionValueKind.Boolean => ExpressionValue.Of(Integer != 0),
        _ => ExpressionValue.Of(Integer),
    };

    public static MapKey Of(string text) => new(ExpressionValueKind.String, 0, text);

    /// <summary>Makes a key with which to look something up; a whole double finds the integer that it equals.</summary>
    public static bool TryMake(in ExpressionValue value, out MapKey key)
    {
        key = value.Kind switch
        {
            ExpressionValueKind.String => Of(value.Text),
            ExpressionValueKind.Boolean or ExpressionValueKind.Integer => new(value.Kind, value.Integer, null),
            ExpressionValueKind.Double when Numbers.TryToInteger(value.Number, out var integer) => new(ExpressionValueKind.Integer, integer, null),
            _ => default,
        };
        return key.Kind != ExpressionValueKind.Error;
    }

    public override string ToString() => Kind switch
    {
        ExpressionValueKind.String => StringLiteral.Quote(Text!),
        ExpressionValueKind.Boolean => Integer != 0 ? "true" : "false",
        _ => Integer.ToString(CultureInfo.InvariantCulture),
    };
}

/// <summary>A map that an expression made. Its order is that of its making. Filled once, then only read.</summary>
internal sealed class ExpressionMap(int capacity)
{
    private readonly Dictionary<MapKey, int> _places = new(capacity);
    private readonly List<KeyValuePair<MapKey, ExpressionValue>> _entries = new(capacity);

    public int Count => _entries.Count;

    public IReadOnlyList<KeyValuePair<MapKey, ExpressionValue>> Entries => _entries;

    public bool TryAdd(MapKey key, ExpressionValue value)
    {
        if (!_places.TryAdd(key, _entries.Count))
        {
            return false;
        }

        _entries.Add(new(key, value));
        return true;
    }

    public bool TryGet(MapKey key, [MaybeNullWhen(false)] out ExpressionValue value)
    {
        var found = _places.TryGetValue(key, out var place);
        value = found ? _entries[place].Value : default;
        return found;
    }
}
