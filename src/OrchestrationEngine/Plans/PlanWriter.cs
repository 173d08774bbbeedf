using System.Text.Json;
using static OrchestrationEngine.Plans.PlanParts;

namespace OrchestrationEngine.Plans;

/// <summary>Writes the parts of a plan, leaving out what is at its default.</summary>
internal static class PlanWriter
{
    public static void Write(OrchestrationPlan plan, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id", plan.Id);
        if (plan.Version != "1")
        {
            writer.WriteString("version", plan.Version);
        }

        WriteText(writer, "name", plan.Name);
        WriteText(writer, "description", plan.Description);
        WriteInputs(writer, plan.Inputs);
        TaskWriter.WriteInputs(writer, "outputs", plan.Outputs);
        PlanParts.WriteExpression(writer, "startAt", plan.StartAt);
        WriteList(writer, "agents", plan.Agents, WriteAgent);
        WriteList(writer, "tiers", plan.Tiers, WriteTier);
        HandoffWriter.Write(writer, plan);
        WriteFailurePolicy(writer, plan.OnFailure);
        if (plan.MaxParallelTasks is { } parallel)
        {
            writer.WriteNumber("maxParallelTasks", parallel);
        }

        if (plan.MaxStarts != 10)
        {
            writer.WriteNumber("maxStarts", plan.MaxStarts);
        }

        writer.WriteStartArray("phases");
        foreach (var phase in plan.Phases)
        {
            WritePhase(writer, phase);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteInputs(Utf8JsonWriter writer, IReadOnlyList<PlanInput> inputs)
    {
        if (inputs.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("inputs");
        foreach (var input in inputs)
        {
            writer.WriteStartObject(input.Name);
            WriteText(writer, "description", input.Description);
            if (input.Required)
            {
                writer.WriteBoolean("required", true);
            }

            if (input.Schema is { } schema)
            {
                writer.WritePropertyName("schema");
                writer.WriteRawValue(schema.Utf8.Span, skipInputValidation: true);
            }

            if (input.Default is { } value)
            {
                writer.WritePropertyName("default");
                PlanLiteral.Write(writer, value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteAgent(Utf8JsonWriter writer, PlanAgent agent)
    {
        writer.WriteStartObject();
        writer.WriteString("id", agent.Id);
        WriteText(writer, "uses", agent.Uses);
        WriteText(writer, "description", agent.Description);
        writer.WriteEndObject();
    }

    private static void WriteTier(Utf8JsonWriter writer, PlanTier tier)
    {
        writer.WriteStartObject();
        writer.WriteString("id", tier.Id);
        WriteText(writer, "name", tier.Name);
        writer.WriteEndObject();
    }

    public static void WritePhase(Utf8JsonWriter writer, PhaseDefinition phase)
    {
        writer.WriteStartObject();
        writer.WriteString("id", phase.Id);
        WriteText(writer, "name", phase.Name);
        WriteText(writer, "tier", phase.Tier);
        if (phase.DependsOn is { } dependsOn)
        {
            WriteTexts(writer, "dependsOn", dependsOn);
        }

        WriteWord(writer, "mode", phase.Mode, PhaseMode.Sequential);
        WriteText(writer, "when", phase.When?.Text);
        FlowWriter.WriteSkip(writer, phase.SkipWhen);
        FlowWriter.WriteRepeat(writer, phase.Repeat);
        if (phase.MaxParallelTasks is { } parallel)
        {
            writer.WriteNumber("maxParallelTasks", parallel);
        }

        WriteSome(writer, "locks", phase.Locks);
        WriteDuration(writer, "timeout", phase.Timeout);
        WriteFailurePolicy(writer, phase.OnFailure);
        WriteList(writer, "tasks", phase.Tasks, TaskWriter.Write);
        writer.WriteEndObject();
    }

    private static void WriteFailurePolicy(Utf8JsonWriter writer, FailurePolicy policy)
    {
        if (policy == FailurePolicy.FailFast)
        {
            return;
        }

        writer.WriteStartObject("onFailure");
        WriteWord(writer, "mode", policy.Mode, FailureMode.FailFast);
        if (policy.FailuresAllowed != 0)
        {
            writer.WriteNumber("failuresAllowed", policy.FailuresAllowed);
        }

        writer.WriteEndObject();
    }
}
