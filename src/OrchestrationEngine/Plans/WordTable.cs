using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>The words by which a plan file names the values of an enum, in camel case. Immutable.</summary>
internal static class WordTable<T>
    where T : struct, Enum
{
    private static readonly T[] Values = Enum.GetValues<T>();

    /// <summary>The words, in the order of the values.</summary>
    public static readonly string[] Words = [.. Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    public static bool TryParse([NotNullWhen(true)] string? word, out T value)
    {
        var index = Array.IndexOf(Words, word);
        value = index < 0 ? default : Values[index];
        return index >= 0;
    }

    public static bool Knows(T value) => Array.IndexOf(Values, value) >= 0;

    /// <summary>The word for a value; the number itself for a value without a word.</summary>
    public static string Word(T value) => Array.IndexOf(Values, value) is >= 0 and var index ? Words[index] : value.ToString();
}
