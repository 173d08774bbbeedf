using System.Runtime.InteropServices;
using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>Reads the JSON of schemas, within limits.</summary>
internal static class SchemaJson
{
    public static JsonElement Parse(ReadOnlyMemory<byte> utf8, SchemaOptions options) => TryParse(utf8, options, out var problem) ?? throw new SchemaException([problem!]);

    public static JsonElement Read(Stream utf8, SchemaOptions options)
    {
        ArgumentNullException.ThrowIfNull(utf8);
        using var copy = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (var read = utf8.Read(buffer); read > 0 && copy.Length <= options.MaxSchemaBytes; read = utf8.Read(buffer))
        {
            copy.Write(buffer, 0, read);
        }

        return Parse(copy.ToArray(), options);
    }

    public static JsonElement? TryParse(ReadOnlyMemory<byte> utf8, SchemaOptions options, out SchemaProblem? problem)
    {
        problem = TooLarge(utf8.Length, options);
        if (problem is not null)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = options.MaxNesting, AllowDuplicateProperties = false });
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            problem = Problem($"The schema is not JSON that can be read: {e.Message}");
            return null;
        }
        catch (InvalidOperationException e)
        {
            // A name that is half of a surrogate pair can't be compared with the others.
            problem = Problem($"The schema has a name that is no text: {e.Message}");
            return null;
        }
    }

    public static SchemaProblem? TooLarge(JsonElement json, SchemaOptions options) => TooLarge(JsonMarshal.GetRawUtf8Value(json).Length, options);

    private static SchemaProblem? TooLarge(int length, SchemaOptions options)
        => length <= options.MaxSchemaBytes ? null : Problem($"The schema has {length:N0} bytes or more; the limit is {options.MaxSchemaBytes:N0} (MaxSchemaBytes).");

    private static SchemaProblem Problem(string message) => new() { Severity = SchemaSeverity.Error, Pointer = string.Empty, Message = message };
}
