using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>Writes patches.</summary>
internal static class PlanPatchWriter
{
    public static void Write(PlanPatch patch, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("changes");
        foreach (var change in patch.Changes)
        {
            writer.WriteStartObject();
            writer.WriteStartObject(change.Word);
            WriteMembers(change, writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteMembers(PlanChange change, Utf8JsonWriter writer)
    {
        switch (change)
        {
            case PhaseAddition addition:
                WriteText(writer, "after", addition.After);
                WriteText(writer, "before", addition.Before);
                writer.WritePropertyName("phase");
                PlanWriter.WritePhase(writer, addition.Phase);
                break;
            case TaskAddition addition:
                writer.WriteString("phase", addition.Phase);
                WriteText(writer, "after", addition.After);
                WriteText(writer, "before", addition.Before);
                writer.WritePropertyName("task");
                TaskWriter.Write(writer, addition.Task);
                break;
            case PhaseReplacement replacement:
                writer.WritePropertyName("phase");
                PlanWriter.WritePhase(writer, replacement.Phase);
                break;
            case TaskReplacement replacement:
                writer.WritePropertyName("task");
                TaskWriter.Write(writer, replacement.Task);
                break;
            case PhaseOmission omission:
                writer.WriteString("phase", omission.Phase);
                writer.WriteString("reason", omission.Reason);
                break;
            case TaskOmission omission:
                writer.WriteString("task", omission.Task);
                writer.WriteString("reason", omission.Reason);
                break;
            case PhaseRewiring rewiring:
                writer.WriteString("phase", rewiring.Phase);
                WriteTexts(writer, rewiring.DependsOn);
                break;
            case TaskRewiring rewiring:
                writer.WriteString("task", rewiring.Task);
                WriteTexts(writer, rewiring.DependsOn);
                break;
            default:
                throw new NotSupportedException($"PlanPatchWriter does not know '{change.GetType().Name}'.");
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteTexts(Utf8JsonWriter writer, IReadOnlyList<string>? dependsOn)
    {
        if (dependsOn is null)
        {
            return;
        }

        writer.WriteStartArray("dependsOn");
        foreach (var id in dependsOn)
        {
            writer.WriteStringValue(id);
        }

        writer.WriteEndArray();
    }
}
