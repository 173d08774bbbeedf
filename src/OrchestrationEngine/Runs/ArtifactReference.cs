using System.Text.Json;
using System.Text.Json.Serialization;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// A named content that is kept beside the journal. In outputs, inputs and the journal it stands as one JSON object:
/// <c>{"$artifact":"sha256:...","name":"report.md","mediaType":"text/markdown","size":1234}</c>.
/// </summary>
public sealed record ArtifactReference
{
    /// <summary>The member by which a JSON object is known as a reference.</summary>
    public const string Marker = "$artifact";

    /// <summary>What finds the content.</summary>
    [JsonPropertyName(Marker)]
    public required ContentDigest Digest { get; init; }

    /// <summary>The name: segments of letters, digits and signs with <c>/</c> between them, as <c>src/app.ts</c>; never absolute and never with <c>..</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The media type (RFC 6838), as <c>application/json</c>.</summary>
    public required string MediaType { get; init; }

    /// <summary>The size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>
    /// Whether the content is a JSON value that was moved out of an output for its size alone: whoever is given it as an input is given the value
    /// again, where that is small enough.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Moved { get; init; }

    /// <summary>The reference as JSON.</summary>
    public JsonData ToJson() => JsonData.From(this, ArtifactJson.Default.ArtifactReference);

    /// <summary>Reads a reference.</summary>
    /// <param name="value">A JSON value of any kind.</param>
    /// <returns>The reference, or null where the value is none, or a damaged one.</returns>
    public static ArtifactReference? Of(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(Marker, out _))
        {
            return null;
        }

        try
        {
            return value.Deserialize(ArtifactJson.Default.ArtifactReference) is { Digest.IsNone: false, Name: not null, MediaType: not null, Size: >= 0 } reference ? reference : null;
        }
        catch (JsonException)
        {
            // An object that happens to have such a member is a value like any other.
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ArtifactReference))]
internal sealed partial class ArtifactJson : JsonSerializerContext;
