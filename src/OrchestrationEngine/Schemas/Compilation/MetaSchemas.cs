using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>The standard's own schemas, which every schema may refer to.</summary>
internal static class MetaSchemas
{
    private static readonly Dictionary<string, Lazy<JsonElement>> Documents = new(StringComparer.Ordinal)
    {
        [Dialect.Uri7] = new(() => Parse(MetaSchema7.Schema)),
        [Dialect.Uri202012] = new(() => Parse(MetaSchema202012.Schema)),
        [Meta("core")] = new(() => Parse(MetaSchema202012.Core)),
        [Meta("applicator")] = new(() => Parse(MetaSchema202012.Applicator)),
        [Meta("unevaluated")] = new(() => Parse(MetaSchema202012.Unevaluated)),
        [Meta("validation")] = new(() => Parse(MetaSchema202012.Validation)),
        [Meta("meta-data")] = new(() => Parse(MetaSchema202012.MetaData)),
        [Meta("format-annotation")] = new(() => Parse(MetaSchema202012.FormatAnnotation)),
        [Meta("format-assertion")] = new(() => Parse(MetaSchema202012.FormatAssertion)),
        [Meta("content")] = new(() => Parse(MetaSchema202012.Content)),
    };

    public static JsonElement? Find(string uri) => Documents.TryGetValue(uri, out var document) ? document.Value : null;

    private static string Meta(string name) => "https://json-schema.org/draft/2020-12/meta/" + name;

    private static JsonElement Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        return JsonElement.ParseValue(ref reader);
    }
}
