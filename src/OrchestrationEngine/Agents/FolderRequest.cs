using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Agents;

/// <summary>What is written into <c>pending</c>, and under which name.</summary>
internal static class FolderRequest
{
    private const int LongestTask = 40;
    private static readonly string[] OwnMembers = ["run", "plan", "task", "attempt", "generation", "turn", "idempotency_key", "index", "item", "purpose"];

    /// <summary>
    /// The beginning of the ids of all requests for the same work: the same task in the same generation, with the same inputs and the same to mend. The number
    /// of the attempt that wrote it follows.
    /// </summary>
    public static string WorkOf(AgentRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in new[] { Encoding.UTF8.GetBytes(request.IdempotencyKey), Encoding.UTF8.GetBytes(request.Agent), request.Inputs.ToJson().Utf8.ToArray(), Feedback(request) })
        {
            hash.AppendData(BitConverter.GetBytes((long)part.Length));
            hash.AppendData(part);
        }

        var task = string.Concat(request.Task.Where(unit => char.IsAsciiLetterOrDigit(unit) || unit is '-' or '_').Take(LongestTask)).Trim('-');
        return $"{(task.Length == 0 ? "task" : task)}-{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16))}-a";
    }

    public static string IdOf(string work, int attempt) => work + attempt.ToString(CultureInfo.InvariantCulture);

    public static ReadOnlyMemory<byte> Write(FolderAgentSettings settings, AgentRequest request, string id, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions with { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("handoff_id"u8, id);
            writer.WriteString("timestamp"u8, now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            writer.WriteString("status"u8, "pending"u8);
            WriteParty(writer, "source", "OrchestrationEngine", request.Phase, "orchestrator");
            WriteParty(writer, "target", settings.AgentId ?? request.Agent, request.Phase, settings.AgentType);
            WriteContext(writer, settings, request);
            writer.WriteStartObject("input"u8);
            WriteIfAny(writer, "schema", settings.InputSchema);
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(request.Inputs.ToJson().Utf8.Span, skipInputValidation: true);
            writer.WriteEndObject();
            if (request.Feedback.Count > 0)
            {
                writer.WritePropertyName("feedback"u8);
                writer.WriteRawValue(Feedback(request), skipInputValidation: true);
            }

            writer.WriteStartObject("expected_output"u8);
            writer.WriteString("artifact_type"u8, settings.ArtifactType);
            WriteIfAny(writer, "schema", settings.OutputSchema);
            writer.WriteString("destination"u8, $"{HandoffFolder.Completed}/{id}.json");
            writer.WriteEndObject();
            if (settings.Timeout is { } timeout)
            {
                writer.WriteNumber("timeout_seconds"u8, (long)Math.Ceiling(timeout.TotalSeconds));
            }

            writer.WriteString("priority"u8, settings.Priority);

            // The engine makes the attempts, by the task's own policy; an agent that tried again by itself would multiply them.
            writer.WriteStartObject("retry_policy"u8);
            writer.WriteNumber("max_retries"u8, 0);
            writer.WriteNumber("retry_delay_seconds"u8, 0);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    private static void WriteParty(Utf8JsonWriter writer, string name, string id, string phase, string? type)
    {
        writer.WriteStartObject(name);
        writer.WriteString("agent_id"u8, id);
        writer.WriteString("phase"u8, phase);
        WriteIfAny(writer, "agent_type", type);
        writer.WriteEndObject();
    }

    private static void WriteContext(Utf8JsonWriter writer, FolderAgentSettings settings, AgentRequest request)
    {
        writer.WriteStartObject("context"u8);
        writer.WriteString("run"u8, request.Run.Value);
        writer.WriteString("plan"u8, request.Plan);
        writer.WriteString("task"u8, request.Task);
        writer.WriteNumber("attempt"u8, request.Attempt);
        writer.WriteNumber("generation"u8, request.Generation);
        writer.WriteNumber("turn"u8, request.Turn);
        writer.WriteString("idempotency_key"u8, request.IdempotencyKey);
        if (request is { Index: { } index, Item: { } item })
        {
            writer.WriteNumber("index"u8, index);
            writer.WritePropertyName("item"u8);
            writer.WriteRawValue(item.Utf8.Span, skipInputValidation: true);
        }

        if (request.Purpose != AgentPurpose.Work)
        {
            writer.WriteString("purpose"u8, request.Purpose == AgentPurpose.Judge ? "judge"u8 : "transform"u8);
        }

        foreach (var (name, value) in settings.Context.Where(member => !OwnMembers.Contains(member.Key, StringComparer.Ordinal)))
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
        }

        writer.WriteEndObject();
    }

    private static void WriteIfAny(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static byte[] Feedback(AgentRequest request)
        => request.Feedback.Count == 0 ? [] : JsonSerializer.SerializeToUtf8Bytes([.. request.Feedback], FeedbackJson.Default.ContractViolationArray);
}

[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase)]
[System.Text.Json.Serialization.JsonSerializable(typeof(ContractViolation[]))]
internal sealed partial class FeedbackJson : System.Text.Json.Serialization.JsonSerializerContext;
