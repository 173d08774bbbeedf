using System.Text.Json;
using static OrchestrationEngine.Plans.PlanParts;

namespace OrchestrationEngine.Plans;

/// <summary>Writes a task, leaving out what is at its default.</summary>
internal static class TaskWriter
{
    private const int FlushAt = 64 * 1024;

    public static void Write(Utf8JsonWriter writer, TaskDefinition task)
    {
        writer.WriteStartObject();
        writer.WriteString("id", task.Id);
        WriteText(writer, "name", task.Name);
        WriteText(writer, "agent", task.Agent);
        FlowWriter.WriteKind(writer, task);
        WriteInputs(writer, "inputs", task.Inputs);
        WriteSome(writer, "outputs", task.Outputs);
        WriteSome(writer, "dependsOn", task.DependsOn);
        if (!task.IsPlain)
        {
            FlowWriter.Write(writer, task);
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

    public static void WriteInputs(Utf8JsonWriter writer, string name, IReadOnlyList<TaskInput> inputs)
    {
        if (inputs.Count == 0)
        {
            return;
        }

        writer.WriteStartObject(name);
        foreach (var input in inputs)
        {
            writer.WritePropertyName(input.Name);
            if (input.From is { } from)
            {
                writer.WriteStringValue($"${{{from}}}");
            }
            else if (input.Template is { } template)
            {
                writer.WriteRawValue(template.Source.Utf8.Span, skipInputValidation: true);
            }
            else
            {
                PlanLiteral.Write(writer, input.Value);
            }
        }

        writer.WriteEndObject();
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
}
