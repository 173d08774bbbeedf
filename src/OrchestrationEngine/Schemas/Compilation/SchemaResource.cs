using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>A schema with an identifier, and the part of its document that belongs to it: up to the schemas within it that have one of their own.</summary>
internal sealed class SchemaResource(SchemaDocument document, string uri, string pointer, JsonElement root, Dialect dialect)
{
    /// <summary>The identifier of a schema that has none, so that references can be resolved.</summary>
    public const string NoUri = "json-schema:///";

    public SchemaDocument Document { get; } = document;

    /// <summary>The absolute identifier, without a fragment.</summary>
    public string Uri { get; } = uri;

    /// <summary>The identifier as it is shown: what was made up is left out.</summary>
    public string ShownUri { get; } = Show(uri);

    /// <summary>Where it begins in the document.</summary>
    public string Pointer { get; } = pointer;

    public JsonElement Root { get; } = root;

    public Dialect Dialect { get; } = dialect;

    /// <summary>Its named places, those of <see cref="DynamicAnchors"/> included.</summary>
    public Dictionary<string, (string Pointer, JsonElement Element)> Anchors { get; } = new(StringComparer.Ordinal);

    public HashSet<string> DynamicAnchors { get; } = new(StringComparer.Ordinal);

    /// <summary>The compiled schemas of the dynamic anchors.</summary>
    public Dictionary<string, SchemaNode> DynamicNodes { get; } = new(StringComparer.Ordinal);

    public static string Show(string uri) => uri.StartsWith(NoUri, StringComparison.Ordinal) ? uri[NoUri.Length..] : uri;
}
