using System.Text.Json.Serialization;

namespace OrchestrationEngine.Runs;

/// <summary>Names one run. Any text without control characters and halves of surrogate pairs, up to 128 characters; the engine makes time-ordered ones where none is given.</summary>
[JsonConverter(typeof(RunIdJsonConverter))]
public readonly record struct RunId
{
    /// <summary>The longest id, in characters.</summary>
    public const int MaxLength = 128;

    private readonly string? _value;

    /// <summary>Takes a text as the id of a run.</summary>
    /// <param name="value">The id.</param>
    /// <exception cref="ArgumentException">The text is empty or too long, or has control characters or half of a surrogate pair.</exception>
    public RunId(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        if (value.Length > MaxLength || value.AsSpan().IndexOfAnyInRange('\0', '\u001F') >= 0 || value.AsSpan().IndexOfAnyInRange('\u007F', '\u009F') >= 0)
        {
            throw new ArgumentException($"A run id has at most {MaxLength} characters and no control characters.", nameof(value));
        }

        // Stores keep UTF-8, in which all halves of pairs are the same replacement character.
        if (HasHalfOfPair(value))
        {
            throw new ArgumentException("A run id has no halves of surrogate pairs: they are no characters, and no store can tell them apart.", nameof(value));
        }

        _value = value;
    }

    /// <summary>The text of the id; the empty string for the default value, which names no run.</summary>
    public string Value => _value ?? "";

    /// <summary>The text of the id.</summary>
    public override string ToString() => Value;

    private static bool HasHalfOfPair(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsSurrogate(value[i]) && !(i + 1 < value.Length && char.IsSurrogatePair(value[i], value[++i])))
            {
                return true;
            }
        }

        return false;
    }
}
