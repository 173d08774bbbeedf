using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OrchestrationEngine.Expressions;

/// <summary>
/// A path to a value: a root name and steps from it, such as <c>tasks['@plan'].output.files[0]</c>. Immutable; two paths are equal when they
/// lead the same way, however they were written.
/// </summary>
public sealed class DataPath : IEquatable<DataPath>
{
    private readonly DataPathSegment[] _segments;
    private readonly string _canonical;

    internal DataPath(string root, DataPathSegment[] segments)
    {
        Root = root;
        _segments = segments;
        Segments = Array.AsReadOnly(segments);
        _canonical = root + string.Concat(segments);
    }

    /// <summary>The name with which the path begins.</summary>
    public string Root { get; }

    /// <summary>The steps from the root, in order; empty when the path is the root alone.</summary>
    public IReadOnlyList<DataPathSegment> Segments { get; }

    /// <summary>The path without its last step; there must be one.</summary>
    internal DataPath Parent => new(Root, _segments[..^1]);

    /// <summary>Reads a path.</summary>
    /// <param name="text">The path alone, without <c>${</c> and <c>}</c>.</param>
    /// <returns>The path.</returns>
    /// <exception cref="ExpressionException">The text is not a path.</exception>
    public static DataPath Parse(string text) => TryParse(text, out var path, out var error) ? path : throw new ExpressionException(text, error);

    /// <summary>Reads a path, or says why the text is none.</summary>
    /// <param name="text">The path alone, without <c>${</c> and <c>}</c>.</param>
    /// <param name="path">The path.</param>
    /// <param name="error">Why the text is not a path.</param>
    /// <returns>Whether the text is a path.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out DataPath? path, [NotNullWhen(false)] out ExpressionError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        var cursor = new TokenCursor(text);
        path = cursor.ReadWhole(() => PathParser.Parse(cursor), "path");
        error = cursor.Error;
        return path is not null;
    }

    /// <summary>Follows the rest of a path within a JSON value.</summary>
    /// <param name="path">The whole path, so that a problem can name the place.</param>
    /// <param name="from">How many of its <see cref="Segments"/> already lead to <paramref name="start"/>.</param>
    /// <param name="start">The value at which the rest begins.</param>
    /// <param name="value">What the path leads to.</param>
    /// <param name="problem">Where the path ends too early, and what is there instead.</param>
    /// <returns>Whether there is a value at the path's end.</returns>
    public static bool TryFollow(DataPath path, int from, JsonElement start, out JsonElement value, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, path._segments.Length);
        return TryFollow(path, from, start, null, out value, out problem);
    }

    /// <summary>Follows the rest of a path within a JSON value.</summary>
    /// <param name="path">The whole path.</param>
    /// <param name="from">How many of its steps already lead to the start.</param>
    /// <param name="start">The value at which the rest begins.</param>
    /// <param name="at">Gives what is taken instead of a value that the path leads to, or through; null takes the values themselves.</param>
    /// <param name="value">What the path leads to.</param>
    /// <param name="problem">Where the path ends too early, and what is there instead.</param>
    internal static bool TryFollow(DataPath path, int from, JsonElement start, Func<JsonElement, JsonElement>? at, out JsonElement value, [NotNullWhen(false)] out string? problem)
    {
        value = at is null ? start : at(start);
        for (var step = from; step < path._segments.Length; step++)
        {
            if (!TryStep(value, path._segments[step], out var next))
            {
                problem = path.Explain(step, value);
                value = default;
                return false;
            }

            value = at is null ? next : at(next);
        }

        problem = null;
        return true;
    }

    /// <summary>Makes the path that goes on to a member.</summary>
    /// <param name="key">The member's name.</param>
    /// <returns>A path that is one step longer.</returns>
    public DataPath Member(string key) => new(Root, [.. _segments, DataPathSegment.Member(key)]);

    /// <summary>Makes the path that goes on to an element.</summary>
    /// <param name="index">The element's index, counted from 0.</param>
    /// <returns>A path that is one step longer.</returns>
    public DataPath Element(int index) => new(Root, [.. _segments, DataPathSegment.Element(index)]);

    /// <inheritdoc/>
    public bool Equals(DataPath? other) => other is not null && string.Equals(_canonical, other._canonical, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DataPath);

    /// <inheritdoc/>
    public override int GetHashCode() => _canonical.GetHashCode(StringComparison.Ordinal);

    /// <summary>Writes the path in its one canonical form, which reads back as an equal path.</summary>
    /// <returns>Members that are names with a dot, others quoted in brackets.</returns>
    public override string ToString() => _canonical;

    private static bool TryStep(JsonElement value, DataPathSegment segment, out JsonElement next)
    {
        next = default;
        if (segment.Key is null)
        {
            if (value.ValueKind != JsonValueKind.Array || segment.Index >= value.GetArrayLength())
            {
                return false;
            }

            next = value[segment.Index];
            return true;
        }

        try
        {
            return value.ValueKind == JsonValueKind.Object && value.TryGetProperty(segment.Key, out next);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            // A member's name may hold an escape for half of a surrogate pair; such a document is treated as one without the member.
            return false;
        }
    }

    private string Explain(int step, JsonElement value)
    {
        var place = Root + string.Concat(_segments.Take(step));
        var segment = _segments[step];
        return (segment.Key, value.ValueKind) switch
        {
            (null, JsonValueKind.Array) => $"'{place}' has no element {segment.Index}; it has {value.GetArrayLength()}.",
            (null, _) => $"'{place}' is {Name(value)}, not a list, so it has no element {segment.Index}.",
            (_, JsonValueKind.Object) => $"'{place}' has no member '{segment.Key}'{Suggestion(segment.Key, value)}.",
            _ => $"'{place}' is {Name(value)}, not an object, so it has no member '{segment.Key}'.",
        };
    }

    private static string Name(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a string",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => "missing",
    };

    private static string Suggestion(string key, JsonElement value)
    {
        try
        {
            return new NameSuggestions().Find(key, value.EnumerateObject().Select(member => member.Name)) is { } nearest ? $"; the nearest is '{nearest}'" : "";
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            return "";
        }
    }
}
