using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>What a run gives when it succeeds.</summary>
internal static class PlanOutputs
{
    /// <summary>Computes the plan's outputs from where the run stands.</summary>
    /// <param name="state">The state; nothing of it is open.</param>
    /// <param name="problem">Why there are none, or null.</param>
    /// <returns>One JSON object, or null where the plan has no outputs.</returns>
    public static JsonData Of(RunState state, out string? problem)
    {
        problem = null;
        var outputs = state.Graph.Plan.Outputs;
        if (outputs.Count == 0)
        {
            return default;
        }

        if (state.Scope.Bind(outputs, out var wrong) is not { } values)
        {
            problem = $"The outputs of plan '{state.Graph.Plan.Id}' can't be computed. {wrong}";
            return default;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            writer.WriteStartObject();
            for (var i = 0; i < values.Length; i++)
            {
                writer.WritePropertyName(outputs[i].Name);
                writer.WriteRawValue(values[i].Utf8.Span, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return JsonData.Trusted(buffer.WrittenMemory);
    }
}
