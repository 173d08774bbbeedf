using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrchestrationEngine.Workspaces;

/// <summary>Merges what two have made of one JSON value, member by member. Lists and plain values are taken whole.</summary>
internal static class JsonMerge
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 256, AllowDuplicateProperties = false };

    /// <summary>Merges, where all three are JSON.</summary>
    /// <param name="original">What both began with.</param>
    /// <param name="mine">What one made of it.</param>
    /// <param name="theirs">What the other made of it.</param>
    /// <param name="merged">The value with both changes; null where they conflict.</param>
    /// <returns>False where one of them is no JSON.</returns>
    public static bool TryMerge(string original, string mine, string theirs, out string? merged)
    {
        merged = null;
        try
        {
            using var first = JsonDocument.Parse(original.Length == 0 ? "{}" : original, Strict);
            using var left = JsonDocument.Parse(mine, Strict);
            using var right = JsonDocument.Parse(theirs, Strict);
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = theirs.Contains('\n', StringComparison.Ordinal), NewLine = "\n", MaxDepth = 256, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                if (!TryWrite(first.RootElement, left.RootElement, right.RootElement, writer))
                {
                    return true;
                }
            }

            merged = Encoding.UTF8.GetString(buffer.WrittenSpan) + (theirs.EndsWith('\n') && mine.EndsWith('\n') ? "\n" : "");
            return true;
        }
        catch (JsonException)
        {
            // Something that only has the name of JSON is merged as any text.
            return false;
        }
    }

    // A member that is not there is an undefined element.
    private static bool TryWrite(JsonElement original, JsonElement mine, JsonElement theirs, Utf8JsonWriter writer)
    {
        if (Same(mine, theirs) || Same(theirs, original))
        {
            mine.WriteTo(writer);
            return true;
        }

        if (Same(mine, original))
        {
            theirs.WriteTo(writer);
            return true;
        }

        if (mine.ValueKind != JsonValueKind.Object || theirs.ValueKind != JsonValueKind.Object || original.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            return false;
        }

        writer.WriteStartObject();
        foreach (var name in Names(original, mine, theirs))
        {
            var (first, left, right) = (Member(original, name), Member(mine, name), Member(theirs, name));
            if (IsGone(first, left, right))
            {
                continue;
            }

            writer.WritePropertyName(name);
            if (!TryWriteMember(first, left, right, writer))
            {
                return false;
            }
        }

        writer.WriteEndObject();
        return true;
    }

    private static bool TryWriteMember(JsonElement original, JsonElement mine, JsonElement theirs, Utf8JsonWriter writer)
        => mine.ValueKind == JsonValueKind.Undefined || theirs.ValueKind == JsonValueKind.Undefined
            ? Kept(original, mine, theirs) is { } kept && TryWrite(kept, kept, kept, writer)
            : TryWrite(original, mine, theirs, writer);

    // One of them does not have the member: the other added it, or changed what this one removed.
    private static JsonElement? Kept(JsonElement original, JsonElement mine, JsonElement theirs)
        => original.ValueKind != JsonValueKind.Undefined ? null : mine.ValueKind == JsonValueKind.Undefined ? theirs : mine;

    private static bool IsGone(JsonElement original, JsonElement mine, JsonElement theirs)
        => (mine.ValueKind, theirs.ValueKind) switch
        {
            (JsonValueKind.Undefined, JsonValueKind.Undefined) => true,
            (JsonValueKind.Undefined, _) => Same(original, theirs),
            (_, JsonValueKind.Undefined) => Same(original, mine),
            _ => false,
        };

    private static IEnumerable<string> Names(params ReadOnlySpan<JsonElement> values)
    {
        var original = values[0].ValueKind == JsonValueKind.Object ? values[0].EnumerateObject().Select(static member => member.Name).ToList() : [];
        var known = new HashSet<string>(original, StringComparer.Ordinal);
        var added = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var value in values[1..])
        {
            added.UnionWith(value.EnumerateObject().Select(static member => member.Name).Where(name => !known.Contains(name)));
        }

        return [.. original, .. added];
    }

    private static JsonElement Member(JsonElement value, string name)
        => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : default;

    private static bool Same(JsonElement one, JsonElement two)
        => one.ValueKind == JsonValueKind.Undefined || two.ValueKind == JsonValueKind.Undefined
            ? one.ValueKind == two.ValueKind
            : JsonElement.DeepEquals(one, two);
}
