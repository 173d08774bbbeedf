using System.Buffers;
using System.Text;
using System.Text.Json;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>A set of agents as it is stored: a JSON list in ordinal order, without repetition, so that equal sets have equal texts.</summary>
internal static class AgentList
{
    public const string None = "[]";

    public static string Format(IReadOnlyList<string> agents)
    {
        if (agents.Count == 0)
        {
            return None;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var agent in agents.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                writer.WriteStringValue(agent);
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static IReadOnlyList<string> Parse(string stored)
    {
        using var document = JsonDocument.Parse(stored);
        return [.. document.RootElement.EnumerateArray().Select(agent => agent.GetString() ?? "")];
    }
}
