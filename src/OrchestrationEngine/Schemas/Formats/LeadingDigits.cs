namespace OrchestrationEngine.Schemas;

/// <summary>Looks for digits. The search of the framework would do, but it allocates until it has been compiled for speed.</summary>
internal static class LeadingDigits
{
    /// <summary>How many digits a text begins with.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        while (count < text.Length && char.IsAsciiDigit(text[count]))
        {
            count++;
        }

        return count;
    }

    /// <summary>Whether there is nothing but digits.</summary>
    public static bool AreAll(ReadOnlySpan<char> text) => Count(text) == text.Length;
}
