using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrchestrationEngine.Runs;

/// <summary>A run's id as a JSON string.</summary>
internal sealed class RunIdJsonConverter : JsonConverter<RunId>
{
    public override RunId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return new RunId(reader.GetString() ?? throw new JsonException("The id of a run is null."));
        }
        catch (ArgumentException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, RunId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
