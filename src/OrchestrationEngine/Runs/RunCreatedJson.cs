using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>The stored form of the first fact of a run, which has the plan in it.</summary>
internal static class RunCreatedJson
{
    public static void Write(RunCreated created, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (created.BusinessKey is not null)
        {
            writer.WriteString("businessKey"u8, created.BusinessKey);
        }

        if (created.Parent is { } parent)
        {
            writer.WritePropertyName("parent"u8);
            JsonSerializer.Serialize(writer, parent, RunEventJsonContext.Default.RunParent);
        }

        if (created.Priority != 0)
        {
            writer.WriteNumber("priority"u8, created.Priority);
        }

        if (created.StartAt is not null)
        {
            writer.WriteString("startAt"u8, created.StartAt);
        }

        if (created.PhaseModes.Count > 0)
        {
            writer.WriteStartObject("phaseModes"u8);
            foreach (var (phase, mode) in created.PhaseModes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                writer.WriteString(phase, mode.ToString());
            }

            writer.WriteEndObject();
        }

        writer.WritePropertyName("inputs"u8);
        writer.WriteRawValue(created.Inputs.Utf8.Span, skipInputValidation: true);
        writer.WritePropertyName("plan"u8);
        PlanJson.Write(created.Plan, writer);
        writer.WriteEndObject();
    }

    // Read by position, so that a plan of a hundred megabytes is not copied on its way.
    public static RunCreated Read(ReadOnlyMemory<byte> payload)
    {
        var reader = new Utf8JsonReader(payload.Span, new JsonReaderOptions { MaxDepth = 1000 });
        string? businessKey = null;
        string? startAt = null;
        var priority = 0;
        JsonData inputs = default;
        OrchestrationPlan? plan = null;
        RunParent? parent = null;
        var modes = new Dictionary<string, PhaseMode>(StringComparer.Ordinal);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            switch (name)
            {
                case "businessKey":
                    businessKey = reader.GetString();
                    break;
                case "priority":
                    priority = reader.GetInt32();
                    break;
                case "startAt":
                    startAt = reader.GetString();
                    break;
                case "phaseModes":
                    ReadModes(ref reader, modes);
                    break;
            }

            reader.Skip();
            var value = payload[start..(int)reader.BytesConsumed];
            if (name == "plan")
            {
                plan = PlanJson.Read(value, PlanReadOptions.Stored);
            }
            else if (name == "inputs")
            {
                inputs = JsonData.Trusted(value.ToArray());
            }
            else if (name == "parent")
            {
                parent = JsonSerializer.Deserialize(value.Span, RunEventJsonContext.Default.RunParent);
            }
        }

        return new RunCreated
        {
            Plan = plan ?? throw new JsonException("The plan is missing."),
            Inputs = inputs,
            BusinessKey = businessKey,
            Parent = parent,
            Priority = priority,
            StartAt = startAt,
            PhaseModes = modes,
        };
    }

    private static void ReadModes(ref Utf8JsonReader reader, Dictionary<string, PhaseMode> modes)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var phase = reader.GetString()!;
            reader.Read();
            modes[phase] = Enum.TryParse<PhaseMode>(reader.GetString(), out var mode) ? mode : throw new JsonException($"The mode of phase '{phase}' is unknown.");
        }
    }
}
