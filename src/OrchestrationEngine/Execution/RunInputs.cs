using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>The inputs of a run as it keeps them.</summary>
internal static class RunInputs
{
    private static readonly JsonData None = JsonData.Parse("{}");

    /// <summary>All inputs that a plan takes as one JSON object, with its defaults where none is given.</summary>
    public static JsonData Merge(OrchestrationPlan plan, IReadOnlyDictionary<string, JsonData> given)
    {
        if (plan.Inputs.Count == 0)
        {
            return None;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            writer.WriteStartObject();
            foreach (var input in plan.Inputs)
            {
                writer.WritePropertyName(input.Name);
                var value = given.TryGetValue(input.Name, out var own) ? own : input.Default ?? JsonData.Null;
                writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return JsonData.Trusted(buffer.WrittenMemory);
    }
}
