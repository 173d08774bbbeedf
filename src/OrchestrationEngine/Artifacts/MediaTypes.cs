namespace OrchestrationEngine.Artifacts;

/// <summary>The media types of common endings of names.</summary>
public static class MediaTypes
{
    /// <summary>JSON.</summary>
    public const string Json = "application/json";

    /// <summary>A content of which nothing is known.</summary>
    public const string Unknown = "application/octet-stream";

    private static readonly Dictionary<string, string> ByEnding = new(StringComparer.OrdinalIgnoreCase)
    {
        [".json"] = Json,
        [".md"] = "text/markdown",
        [".markdown"] = "text/markdown",
        [".txt"] = "text/plain",
        [".log"] = "text/plain",
        [".csv"] = "text/csv",
        [".html"] = "text/html",
        [".htm"] = "text/html",
        [".css"] = "text/css",
        [".js"] = "text/javascript",
        [".xml"] = "application/xml",
        [".yaml"] = "application/yaml",
        [".yml"] = "application/yaml",
        [".pdf"] = "application/pdf",
        [".zip"] = "application/zip",
        [".gz"] = "application/gzip",
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".svg"] = "image/svg+xml",
    };

    /// <summary>The media type of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="otherwise">What it is where the ending says nothing.</param>
    public static string Of(string name, string otherwise = Unknown)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ByEnding.GetValueOrDefault(name[(Math.Max(name.LastIndexOf('.'), 0))..], otherwise);
    }

    /// <summary>Whether a text can be a media type: two parts of visible ASCII with a slash between them, and parameters behind.</summary>
    /// <param name="text">The text.</param>
    public static bool IsOne(string text)
        => text is not null && text.Length is > 2 and <= 255 && text.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && slash < text.Length - 1 && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
