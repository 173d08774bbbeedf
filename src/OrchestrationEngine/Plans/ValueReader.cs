using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>The values that occur in several parts of a plan file.</summary>
internal static class ValueReader
{
    public static TimeSpan? Duration(ref PlanTokens tokens)
    {
        if (tokens.Text("a duration such as \"30s\" or \"1h30m\"") is not { } text)
        {
            return null;
        }

        if (PlanDuration.TryParse(text, out var duration))
        {
            return duration;
        }

        tokens.Problem(PlanProblemKinds.NotDuration, $"'{text}' is not a duration. Write numbers with units, the largest first, as in \"250ms\", \"30s\", \"1h30m\" (units: h, m, s, ms, us, ns).", text);
        return null;
    }

    /// <param name="tokens">Where to read.</param>
    /// <param name="otherwise">What to go on with where the word can't be used.</param>
    /// <param name="notYet">A word that people will try, and why it can't be used.</param>
    public static T Word<T>(ref PlanTokens tokens, T otherwise, (string Word, string Why) notYet = default)
        where T : struct, Enum
    {
        var words = WordTable<T>.Words;
        if (tokens.Text($"one of {string.Join(", ", words)}") is not { } word)
        {
            return otherwise;
        }

        if (WordTable<T>.TryParse(word, out var value))
        {
            return value;
        }

        if (word == notYet.Word)
        {
            tokens.Problem(PlanProblemKinds.UnknownWord, $"{notYet.Why} Write one of {string.Join(", ", words)}.", word);
            return otherwise;
        }

        tokens.Problem(PlanProblemKinds.UnknownWord, $"'{word}' is not one of {string.Join(", ", words)}.", word, words);
        return otherwise;
    }

    /// <summary>A JSON Schema. It is JSON of its own: what looks like a template in it is none.</summary>
    public static JsonData? Schema(ref PlanTokens tokens, string expected)
    {
        if (tokens.Kind is not (JsonTokenType.StartObject or JsonTokenType.True or JsonTokenType.False))
        {
            tokens.Unexpected(expected);
            return null;
        }

        var start = tokens.Position;
        var schema = PlanLiteral.ReadPlain(tokens.Raw());
        if (schema is null)
        {
            tokens.Reading.Problem(PlanProblemKinds.NotUtf8, start, PlanLiteral.HalfCharacter);
        }

        return schema;
    }

    public static T[] List<T>(ref PlanTokens tokens, string subject, ItemReader<T> read)
        where T : class
    {
        if (!tokens.TryEnterList(subject))
        {
            return [];
        }

        var items = new List<T>();
        for (var count = 0; tokens.NextItem(ref count);)
        {
            items.Add(read(ref tokens)!);
        }

        return [.. items];
    }

    public delegate T? ItemReader<T>(ref PlanTokens tokens)
        where T : class;

    public static string[] Texts(ref PlanTokens tokens, string subject)
    {
        if (!tokens.TryEnterList(subject))
        {
            return [];
        }

        string[] few = new string[4];
        var count = 0;
        while (tokens.NextItem(ref count))
        {
            if (count > few.Length)
            {
                Array.Resize(ref few, 2 * few.Length);
            }

            few[count - 1] = tokens.Text()!;
        }

        return count == 0 ? [] : few[..count];
    }
}
