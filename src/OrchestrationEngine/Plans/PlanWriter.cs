using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>Writes the parts of a plan, leaving out what is at its default.</summary>
internal static class PlanWriter
{
    private const int FlushAt = 64 * 1024;

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
        WriteList(writer, "agents", plan.Agents, WriteAgent);
        WriteList(writer, "tiers", plan.Tiers, WriteTier);
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
        WriteDuration(writer, "timeout", phase.Timeout);
        WriteFailurePolicy(writer, phase.OnFailure);
        WriteList(writer, "tasks", phase.Tasks, WriteTask);
        writer.WriteEndObject();
    }

    public static void WriteTask(Utf8JsonWriter writer, TaskDefinition task)
    {
        writer.WriteStartObject();
        writer.WriteString("id", task.Id);
        WriteText(writer, "name", task.Name);
        WriteText(writer, "agent", task.Agent);
        if (task.Inputs.Count > 0)
        {
            writer.WriteStartObject("inputs");
            foreach (var input in task.Inputs)
            {
                writer.WritePropertyName(input.Name);
                WriteInput(writer, input);
            }

            writer.WriteEndObject();
        }

        if (task.Outputs.Count > 0)
        {
            WriteTexts(writer, "outputs", task.Outputs);
        }

        if (task.DependsOn.Count > 0)
        {
            WriteTexts(writer, "dependsOn", task.DependsOn);
        }

        if (task.Priority != 0)
        {
            writer.WriteNumber("priority", task.Priority);
        }

        WriteDuration(writer, "timeout", task.Timeout);
        WriteRetry(writer, task.Retry);
        WriteDuration(writer, "estimate", task.Estimate);
        WriteWord(writer, "onSkipped", task.OnSkipped, OnSkipped.Skip);
        WriteWord(writer, "onUnknown", task.OnUnknown, OnUnknown.Retry);
        if (task.MaxStarts is { } starts)
        {
            writer.WriteNumber("maxStarts", starts);
        }

        writer.WriteEndObject();

        // Only a writer over a stream gets rid of what it wrote; without this a large plan would be in memory twice.
        if (writer.BytesPending > FlushAt)
        {
            writer.Flush();
        }
    }

    private static void WriteInput(Utf8JsonWriter writer, TaskInput input)
    {
        if (input.From is { } from)
        {
            writer.WriteStringValue($"${{{from}}}");
        }
        else
        {
            PlanLiteral.Write(writer, input.Value);
        }
    }

    private static void WriteRetry(Utf8JsonWriter writer, RetryPolicy retry)
    {
        var none = RetryPolicy.None;
        if (retry.NonRetryable.Count == 0 && retry == none with { NonRetryable = retry.NonRetryable })
        {
            return;
        }

        writer.WriteStartObject("retry");
        if (retry.MaxAttempts != none.MaxAttempts)
        {
            writer.WriteNumber("maxAttempts", retry.MaxAttempts);
        }

        WriteDuration(writer, "initialDelay", retry.InitialDelay == none.InitialDelay ? null : retry.InitialDelay);
        if (!retry.Factor.Equals(none.Factor))
        {
            writer.WriteNumber("factor", retry.Factor);
        }

        WriteDuration(writer, "maxDelay", retry.MaxDelay == none.MaxDelay ? null : retry.MaxDelay);
        WriteWord(writer, "jitter", retry.Jitter, none.Jitter);
        if (retry.NonRetryable.Count > 0)
        {
            WriteTexts(writer, "nonRetryable", retry.NonRetryable.Select(WordTable<FailureClass>.Word));
        }

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

    private static void WriteList<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count > 0)
        {
            writer.WriteStartArray(name);
            foreach (var item in items)
            {
                write(writer, item);
            }

            writer.WriteEndArray();
        }
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteDuration(Utf8JsonWriter writer, string name, TimeSpan? duration)
    {
        if (duration is { } value)
        {
            writer.WriteString(name, PlanDuration.Format(value));
        }
    }

    private static void WriteWord<T>(Utf8JsonWriter writer, string name, T value, T unlessThis)
        where T : struct, Enum
    {
        if (!EqualityComparer<T>.Default.Equals(value, unlessThis))
        {
            writer.WriteString(name, WordTable<T>.Word(value));
        }
    }
}
