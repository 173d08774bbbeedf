using System.Text.Json;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>Which tasks a message means.</summary>
internal static class InboxSelection
{
    public static void Write(Utf8JsonWriter writer, TaskSelection selection)
    {
        if (selection.Phase is { } phase)
        {
            writer.WriteString("phase", phase);
        }

        if (selection.Tag is { } tag)
        {
            writer.WriteString("tag", tag);
        }

        if (selection.Tasks is { } tasks)
        {
            writer.WriteStartArray("tasks");
            foreach (var task in tasks)
            {
                writer.WriteStringValue(task);
            }

            writer.WriteEndArray();
        }
    }

    public static TaskSelection Read(JsonElement content)
    {
        var selection = new TaskSelection
        {
            Phase = content.TryGetProperty("phase", out var phase) ? phase.GetString() : null,
            Tag = content.TryGetProperty("tag", out var tag) ? tag.GetString() : null,
            Tasks = content.TryGetProperty("tasks", out var tasks) ? [.. tasks.EnumerateArray().Select(task => task.GetString() ?? throw new JsonException("A task is null; its id was expected."))] : null,
        };
        return selection is { Phase: null, Tag: null, Tasks: null } ? throw new JsonException("It says no tasks.") : selection;
    }
}
