using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Agents;

/// <summary>What a program is given: how it is started, its environment, and the request on its stdin.</summary>
internal static class ProcessRequest
{
    public static Dictionary<string, string> Environment(ProcessAgentSettings settings)
    {
        var environment = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (var name in settings.InheritEnvironment)
        {
            if (System.Environment.GetEnvironmentVariable(name) is { } value)
            {
                environment[name] = value;
            }
        }

        foreach (var (name, value) in settings.Environment)
        {
            environment[name] = value;
        }

        return environment;
    }

    public static ProcessStartInfo StartInfo(ProcessAgentSettings settings, string program, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, settings.Arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = settings.WorkingDirectory ?? "",
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    public static ReadOnlyMemory<byte> Stdin(AgentRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("run"u8, request.Run.Value);
            writer.WriteString("plan"u8, request.Plan);
            writer.WriteString("phase"u8, request.Phase);
            writer.WriteString("task"u8, request.Task);
            writer.WriteString("agent"u8, request.Agent);
            writer.WriteNumber("attempt"u8, request.Attempt);
            writer.WriteString("idempotencyKey"u8, request.IdempotencyKey);
            if (request is { Index: { } index, Item: { } item })
            {
                writer.WriteNumber("index"u8, index);
                writer.WritePropertyName("item"u8);
                writer.WriteRawValue(item.Utf8.Span, skipInputValidation: true);
            }

            writer.WritePropertyName("inputs"u8);
            writer.WriteRawValue(request.Inputs.ToJson().Utf8.Span, skipInputValidation: true);
            if (request.Purpose != AgentPurpose.Work)
            {
                writer.WriteString("purpose"u8, request.Purpose == AgentPurpose.Judge ? "judge"u8 : "transform"u8);
            }

            if (request.Feedback.Count > 0)
            {
                writer.WritePropertyName("feedback"u8);
                writer.WriteRawValue(AgentFeedback.ToJson(request.Feedback).Utf8.Span, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        // For programs that read a line: read fails without its end.
        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }
}
