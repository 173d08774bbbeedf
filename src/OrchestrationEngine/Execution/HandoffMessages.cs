using System.Text.Json;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>Decisions about handoffs as messages.</summary>
internal static class HandoffMessages
{
    public const string Kind = "decide-handoff";

    public static void Write(Utf8JsonWriter writer, RunCommand.DecideHandoff command)
    {
        writer.WriteString("task", command.Task);
        if (command.Item is { } item)
        {
            writer.WriteNumber("item", item);
        }

        writer.WriteString("choice", command.Decision.Choice.ToString());
        writer.WriteString("by", command.Decision.By);
        writer.WriteString("reason", command.Decision.Reason);
        if (command.Decision.Attempt is { } attempt)
        {
            writer.WriteNumber("attempt", attempt);
        }
    }

    public static RunCommand.DecideHandoff Read(JsonElement content) => new(
        InboxCommands.Text(content, "task"),
        Number(content, "item"),
        new HandoffDecision
        {
            Choice = Enum.TryParse<HandoffChoice>(InboxCommands.Text(content, "choice"), out var choice) && Enum.IsDefined(choice) ? choice : throw new JsonException("'choice' is none of Accept, Retry, Skip and Fail."),
            By = InboxCommands.Text(content, "by"),
            Reason = InboxCommands.Text(content, "reason"),
            Attempt = Number(content, "attempt"),
        });

    private static int? Number(JsonElement content, string name) => content.TryGetProperty(name, out var number) ? number.GetInt32() : null;
}
