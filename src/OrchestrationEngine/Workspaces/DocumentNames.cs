namespace OrchestrationEngine.Workspaces;

/// <summary>What the name of a document says about it.</summary>
internal static class DocumentNames
{
    /// <summary>The media type of a document for which the plan says none.</summary>
    public static string MediaTypeOf(string name) => Path.GetExtension(name).ToUpperInvariant() switch
    {
        ".MD" or ".MARKDOWN" => "text/markdown",
        ".JSON" => "application/json",
        ".YAML" or ".YML" => "application/yaml",
        ".XML" => "application/xml",
        ".HTML" or ".HTM" => "text/html",
        ".CSV" => "text/csv",
        _ => "text/plain",
    };

    /// <summary>Whether a document of a media type is JSON.</summary>
    public static bool IsJson(string mediaType)
        => mediaType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) || mediaType.Contains("+json", StringComparison.OrdinalIgnoreCase);
}
