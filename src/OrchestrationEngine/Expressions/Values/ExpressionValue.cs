using System.Text.Json;

namespace OrchestrationEngine.Expressions;

/// <summary>
/// A value while an expression is evaluated. An error is one, because <c>&amp;&amp;</c> and <c>||</c> can absorb it. Lists and maps are either parts
/// of a JSON document, which are not copied, or were made by the expression. Immutable.
/// </summary>
internal readonly struct ExpressionValue
{
    // A text, an ExpressionValue[], an ExpressionMap, the name of a type, or what is wrong.
    private readonly object? _content;

    // A boolean, an integer, the bits of a double, the seconds of a timestamp or the nanoseconds of a duration.
    private readonly long _bits;
    private readonly JsonElement _json;

    private ExpressionValue(ExpressionValueKind kind, long bits = 0, object? content = null, int nanoseconds = 0, JsonElement json = default)
    {
        Kind = kind;
        _bits = bits;
        _content = content;
        Nanoseconds = nanoseconds;
        _json = json;
    }

    public static ExpressionValue Null { get; } = new(ExpressionValueKind.Null);

    public ExpressionValueKind Kind { get; }

    public bool IsTrue => Kind == ExpressionValueKind.Boolean && _bits != 0;

    public bool IsFalse => Kind == ExpressionValueKind.Boolean && _bits == 0;

    public bool IsError => Kind == ExpressionValueKind.Error;

    public bool IsNumber => Kind is ExpressionValueKind.Integer or ExpressionValueKind.Double;

    public string Error => _content as string ?? "The value is missing.";

    public long Integer => _bits;

    public double Number => Kind == ExpressionValueKind.Integer ? _bits : BitConverter.Int64BitsToDouble(_bits);

    /// <summary>The text of a string, and the name of a type.</summary>
    public string Text => (string)_content!;

    /// <summary>The whole seconds of a timestamp since 1970, rounded down.</summary>
    public long Seconds => _bits;

    /// <summary>What a timestamp has beyond its seconds; never negative.</summary>
    public int Nanoseconds { get; }

    /// <summary>The elements of a list that the expression made; null when it is part of a document.</summary>
    public ExpressionValue[]? Items => _content as ExpressionValue[];

    /// <summary>The entries of a map that the expression made; null when it is part of a document.</summary>
    public ExpressionMap? Entries => _content as ExpressionMap;

    /// <summary>The part of a document that a list or a map is.</summary>
    public JsonElement Json => _json;

    /// <summary>The kind in an author's words.</summary>
    public string KindName => Kind switch
    {
        ExpressionValueKind.Null => "null",
        ExpressionValueKind.Boolean => "a boolean",
        ExpressionValueKind.Integer or ExpressionValueKind.Double => "a number",
        ExpressionValueKind.String => "a string",
        ExpressionValueKind.List => "a list",
        ExpressionValueKind.Map => "an object",
        ExpressionValueKind.Timestamp => "a timestamp",
        ExpressionValueKind.Duration => "a duration",
        ExpressionValueKind.Type => "a type",
        _ => "an error",
    };

    public static ExpressionValue Of(bool value) => new(ExpressionValueKind.Boolean, value ? 1 : 0);

    public static ExpressionValue Of(long value) => new(ExpressionValueKind.Integer, value);

    public static ExpressionValue Of(double value) => new(ExpressionValueKind.Double, BitConverter.DoubleToInt64Bits(value));

    public static ExpressionValue Of(string value) => new(ExpressionValueKind.String, content: value);

    public static ExpressionValue Of(ExpressionValue[] items) => new(ExpressionValueKind.List, content: items);

    public static ExpressionValue Of(ExpressionMap entries) => new(ExpressionValueKind.Map, content: entries);

    public static ExpressionValue Timestamp(long seconds, int nanoseconds) => new(ExpressionValueKind.Timestamp, seconds, nanoseconds: nanoseconds);

    public static ExpressionValue Duration(long nanoseconds) => new(ExpressionValueKind.Duration, nanoseconds);

    public static ExpressionValue Type(string name) => new(ExpressionValueKind.Type, content: name);

    public static ExpressionValue Failed(string error) => new(ExpressionValueKind.Error, content: error);

    /// <summary>Takes a JSON value in. A text with an escape for half of a surrogate pair, which JSON's grammar lets pass, is an error.</summary>
    /// <param name="json">The value.</param>
    /// <param name="path">Where it was found, if that is known.</param>
    public static ExpressionValue Of(JsonElement json, DataPath? path = null) => json.ValueKind switch
    {
        JsonValueKind.Null => Null,
        JsonValueKind.True => Of(true),
        JsonValueKind.False => Of(false),
        JsonValueKind.String => TextOf(json, path),
        JsonValueKind.Number => json.TryGetInt64(out var integer) ? Of(integer) : Of(json.GetDouble()),
        JsonValueKind.Array => new(ExpressionValueKind.List, json: json),
        JsonValueKind.Object => new(ExpressionValueKind.Map, json: json),
        _ => Failed(path is null ? "The value is missing." : $"'{path}' has no value."),
    };

    private static ExpressionValue TextOf(JsonElement json, DataPath? path)
    {
        try
        {
            return Of(json.GetString()!);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            return Failed($"{(path is null ? "The value" : $"'{path}'")} is not valid text: {e.Message}");
        }
    }
}
