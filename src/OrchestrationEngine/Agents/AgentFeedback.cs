using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Agents;

/// <summary>Feedback as agents read it that read JSON: a list of objects with <c>contract</c>, <c>rule</c>, <c>location</c>, <c>message</c>, and <c>expected</c> and <c>found</c> where they are known.</summary>
internal static class AgentFeedback
{
    public static JsonData ToJson(IReadOnlyList<ContractViolation> feedback)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            JsonSerializer.Serialize(writer, [.. feedback], FeedbackJson.Default.ContractViolationArray);
        }

        return JsonData.Trusted(buffer.WrittenMemory);
    }
}
