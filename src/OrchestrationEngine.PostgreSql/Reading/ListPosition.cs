using System.Globalization;

namespace OrchestrationEngine.PostgreSql.Reading;

/// <summary>The place where a page of a list ends, as the text that is given to the caller.</summary>
internal static class ListPosition
{
    private const string Prefix = "before:";

    public static string Format(long key) => Prefix + key.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads a position back.</summary>
    /// <returns>The key that the page begins below; the largest for null, the first page.</returns>
    /// <exception cref="ArgumentException">The text is not a position.</exception>
    public static long Parse(string? continuation)
    {
        if (continuation is null)
        {
            return long.MaxValue;
        }

        return continuation.StartsWith(Prefix, StringComparison.Ordinal)
            && long.TryParse(continuation.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var key)
                ? key
                : throw new ArgumentException($"'{continuation}' is not a continuation that this store gave. Ask with the one of the page before, or with none for the first page.", nameof(continuation));
    }
}
