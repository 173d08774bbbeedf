namespace OrchestrationEngine.Registry;

/// <summary>
/// The order of versions: part by part between dots, numbers as numbers, so that <c>1.10</c> comes after <c>1.9</c> and <c>2</c> after <c>1.10</c>. What
/// follows a hyphen comes before the version itself, as in <c>2.0-beta</c>; what follows a plus sign and a <c>v</c> at the beginning mean nothing.
/// Versions that are equal so far, such as <c>1</c> and <c>1.0</c>, are ordered by their text.
/// </summary>
public sealed class PlanVersions : IComparer<string>
{
    /// <summary>The order.</summary>
    public static readonly PlanVersions Order = new();

    private PlanVersions()
    {
    }

    /// <summary>Compares two versions.</summary>
    /// <param name="x">The one.</param>
    /// <param name="y">The other.</param>
    /// <returns>Less than zero when the one is earlier, more than zero when it is later, zero when both are the same text.</returns>
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        var (core, early) = Split(x);
        var (otherCore, otherEarly) = Split(y);
        var result = CompareParts(core, otherCore);
        if (result == 0)
        {
            // A version without a suffix is the one that the suffixed ones lead to.
            result = early is null || otherEarly is null
                ? (early is null ? 1 : 0) - (otherEarly is null ? 1 : 0)
                : CompareParts(early, otherEarly);
        }

        return result != 0 ? result : string.CompareOrdinal(x, y);
    }

    private static (string Core, string? Early) Split(string version)
    {
        var plus = version.IndexOf('+', StringComparison.Ordinal);
        var text = plus < 0 ? version : version[..plus];
        if (text.Length > 1 && text[0] is 'v' or 'V' && char.IsAsciiDigit(text[1]))
        {
            text = text[1..];
        }

        var hyphen = text.IndexOf('-', StringComparison.Ordinal);
        return hyphen < 0 ? (text, null) : (text[..hyphen], text[(hyphen + 1)..]);
    }

    private static int CompareParts(string x, string y)
    {
        var (parts, others) = (x.Split('.'), y.Split('.'));
        for (var i = 0; i < Math.Max(parts.Length, others.Length); i++)
        {
            var result = ComparePart(i < parts.Length ? parts[i] : "0", i < others.Length ? others[i] : "0");
            if (result != 0)
            {
                return result;
            }
        }

        return 0;
    }

    private static int ComparePart(string x, string y)
    {
        var (isNumber, isOther) = (IsNumber(x), IsNumber(y));
        if (!isNumber || !isOther)
        {
            return isNumber == isOther ? string.CompareOrdinal(x, y) : isNumber ? -1 : 1;
        }

        // However many digits: the longer number is the larger one.
        var (digits, otherDigits) = (x.TrimStart('0'), y.TrimStart('0'));
        return digits.Length != otherDigits.Length ? digits.Length - otherDigits.Length : string.CompareOrdinal(digits, otherDigits);
    }

    private static bool IsNumber(string part) => part.Length > 0 && part.All(char.IsAsciiDigit);
}
