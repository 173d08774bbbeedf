namespace OrchestrationEngine.Schemas;

/// <summary>The writing of JSON pointers (RFC 6901).</summary>
internal static class JsonPointers
{
    public static string Append(string pointer, string token) => string.Concat(pointer, "/", Escape(token));

    public static string Append(string pointer, int index) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{pointer}/{index}");

    public static string Escape(string token)
        => token.AsSpan().IndexOfAny('~', '/') < 0 ? token : token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public static string Unescape(string token)
        => token.Contains('~', StringComparison.Ordinal) ? token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal) : token;

    /// <summary>The index that a token of a pointer stands for, or -1.</summary>
    public static int Index(string token)
        => token.Length is > 0 and < 10 && token.All(char.IsAsciiDigit) && (token.Length == 1 || token[0] != '0')
            ? int.Parse(token, System.Globalization.CultureInfo.InvariantCulture)
            : -1;
}
