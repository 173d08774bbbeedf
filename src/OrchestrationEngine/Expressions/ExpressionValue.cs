using System.Runtime.CompilerServices;
using System.Text.Json;

namespace OrchestrationEngine.Expressions;

/// <summary>A value while an expression is evaluated. An error is one, because <c>&amp;&amp;</c> and <c>||</c> can absorb it.</summary>
internal readonly record struct ExpressionValue
{
    private readonly long _integer;
    private readonly double _number;
    private readonly string? _text;
    private readonly JsonElement _json;

    private ExpressionValue(ExpressionValueKind kind, long integer = 0, double number = 0, string? text = null, JsonElement json = default)
    {
        Kind = kind;
        _integer = integer;
        _number = number;
        _text = text;
        _json = json;
    }

    public static ExpressionValue Null { get; } = new(ExpressionValueKind.Null);

    public ExpressionValueKind Kind { get; }

    public bool IsTrue => Kind == ExpressionValueKind.Boolean && _integer != 0;

    public bool IsFalse => Kind == ExpressionValueKind.Boolean && _integer == 0;

    public bool IsError => Kind == ExpressionValueKind.Error;

    /// <summary>The kind in an author's words.</summary>
    public string KindName => Kind switch
    {
        ExpressionValueKind.Null => "null",
        ExpressionValueKind.Boolean => "a boolean",
        ExpressionValueKind.Integer or ExpressionValueKind.Double => "a number",
        ExpressionValueKind.String => "a string",
        ExpressionValueKind.List => "a list",
        ExpressionValueKind.Map => "an object",
        _ => "an error",
    };

    public string Error => _text ?? "The value is missing.";

    public static ExpressionValue Of(bool value) => new(ExpressionValueKind.Boolean, integer: value ? 1 : 0);

    public static ExpressionValue Of(long value) => new(ExpressionValueKind.Integer, integer: value);

    public static ExpressionValue Of(double value) => new(ExpressionValueKind.Double, number: value);

    public static ExpressionValue Of(string value) => new(ExpressionValueKind.String, text: value);

    public static ExpressionValue Failed(string error) => new(ExpressionValueKind.Error, text: error);

    /// <summary>Takes a JSON value in.</summary>
    /// <exception cref="InvalidOperationException">A string holds an escape for half of a surrogate pair, which JSON's grammar lets pass.</exception>
    public static ExpressionValue Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null => Null,
        JsonValueKind.True => Of(true),
        JsonValueKind.False => Of(false),
        JsonValueKind.String => Of(json.GetString()!),
        JsonValueKind.Number => json.TryGetInt64(out var integer) ? Of(integer) : Of(json.GetDouble()),
        JsonValueKind.Array => new(ExpressionValueKind.List, json: json),
        JsonValueKind.Object => new(ExpressionValueKind.Map, json: json),
        _ => Failed("The value is missing."),
    };

    /// <summary>
    /// CEL's equality: numbers by value whatever their type, lists and objects by their parts, values of different types not equal.
    /// Must not be asked of errors.
    /// </summary>
    /// <exception cref="InvalidOperationException">As for <see cref="Of(JsonElement)"/>.</exception>
    /// <exception cref="InsufficientExecutionStackException">The values are nested too deep to compare.</exception>
    public static bool AreEqual(in ExpressionValue left, in ExpressionValue right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return (left.Kind, right.Kind) switch
        {
            (ExpressionValueKind.Null, ExpressionValueKind.Null) => true,
            (ExpressionValueKind.Boolean, ExpressionValueKind.Boolean) => left._integer == right._integer,
            (ExpressionValueKind.Integer, ExpressionValueKind.Integer) => left._integer == right._integer,
            (ExpressionValueKind.Double, ExpressionValueKind.Double) => left._number == right._number,
            (ExpressionValueKind.Integer, ExpressionValueKind.Double) => IsSameNumber(left._integer, right._number),
            (ExpressionValueKind.Double, ExpressionValueKind.Integer) => IsSameNumber(right._integer, left._number),
            (ExpressionValueKind.String, ExpressionValueKind.String) => string.Equals(left._text, right._text, StringComparison.Ordinal),
            (ExpressionValueKind.List, ExpressionValueKind.List) => AreEqualLists(left._json, right._json),
            (ExpressionValueKind.Map, ExpressionValueKind.Map) => AreEqualMaps(left._json, right._json),
            _ => false,
        };
    }

    // Converting the integer to a double instead would round it, and make neighbours equal beyond 2^53.
    private static bool IsSameNumber(long integer, double number) =>
        number >= -9223372036854775808d && number < 9223372036854775808d && (long)number == integer && Math.Truncate(number) == number;

    private static bool AreEqualLists(JsonElement left, JsonElement right) =>
        left.GetArrayLength() == right.GetArrayLength()
        && left.EnumerateArray().Zip(right.EnumerateArray()).All(pair => AreEqual(Of(pair.First), Of(pair.Second)));

    private static bool AreEqualMaps(JsonElement left, JsonElement right)
    {
        var (ours, theirs) = (Members(left), Members(right));
        return ours.Count == theirs.Count
            && ours.All(member => theirs.TryGetValue(member.Key, out var other) && AreEqual(Of(member.Value), Of(other)));
    }

    // A repeated name counts once, with its last value, as JsonElement.TryGetProperty has it.
    private static Dictionary<string, JsonElement> Members(JsonElement map)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in map.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        return members;
    }
}
