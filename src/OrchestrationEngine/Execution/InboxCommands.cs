using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>Commands as messages: what one node writes for another to carry out.</summary>
internal static class InboxCommands
{
    /// <summary>The most that a message may have, in bytes of JSON, unless it has a part of a plan, or what a run gives.</summary>
    public const int MaxBytes = 1024 * 1024;

    internal const string Child = "child";

    /// <summary>The message that a command is.</summary>
    public static InboxMessage Write(string id, RunId run, RunCommand command)
    {
        var buffer = new ArrayBufferWriter<byte>();
        string kind;
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            writer.WriteStartObject();
            kind = Write(writer, command);
            writer.WriteEndObject();
        }

        return new InboxMessage { Id = id, Run = run, Kind = kind, Payload = JsonData.Trusted(buffer.WrittenMemory) };
    }

    /// <summary>The command that a message is; null where it is none that this version knows.</summary>
    /// <param name="message">The message.</param>
    /// <param name="problem">What is wrong with it, or null.</param>
    public static RunCommand? Read(InboxMessage message, out string? problem)
    {
        problem = null;
        var most = message.Kind switch
        {
            "patch" or "move" => PlanLimits.Default.MaxBytes,
            Child => int.MaxValue,
            _ => MaxBytes,
        };
        if (message.Payload.Length > most)
        {
            problem = $"Message '{message.Id}' has {message.Payload.Length} bytes; at most {most} are read.";
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(message.Payload.Utf8, new JsonDocumentOptions { MaxDepth = 1000 });
            if (ReadFrom(document.RootElement, message) is { } command)
            {
                return command;
            }

            problem = $"Message '{message.Id}' is of kind '{message.Kind}', which this version of the engine does not know. It knows pause, resume, cancel, cancel-tasks, quarantine, restart, patch, move, add-items, seal-items, complete-items, decide-handoff, write-document, resolve-conflict, signal and child.";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException or PlanInvalidException)
        {
            problem = $"Message '{message.Id}' of kind '{message.Kind}' can't be read: {e.Message}";
        }

        return null;
    }

    private static string Write(Utf8JsonWriter writer, RunCommand command)
    {
        switch (command)
        {
            case RunCommand.Pause pause:
                writer.WriteString("reason", pause.Reason);
                return "pause";
            case RunCommand.Resume resume:
                writer.WriteString("reason", resume.Reason);
                return "resume";
            case RunCommand.Cancel cancel:
                writer.WriteString("reason", cancel.Reason);
                return "cancel";
            case RunCommand.CancelTasks cancel:
                InboxSelection.Write(writer, cancel.Selection);
                writer.WriteString("reason", cancel.Reason);
                return "cancel-tasks";
            case RunCommand.Quarantine quarantine:
                writer.WriteString("reason", quarantine.Reason);
                return "quarantine";
            case RunCommand.Patch patch:
                writer.WritePropertyName("patch");
                patch.Changes.Write(writer);
                writer.WriteString("author", patch.Author);
                writer.WriteString("reason", patch.Reason);
                return "patch";
            case RunCommand.Move move:
                writer.WritePropertyName("plan");
                PlanJson.Write(move.Plan, writer);
                WriteNames(writer, "phases", move.Renames.Phases);
                WriteNames(writer, "tasks", move.Renames.Tasks);
                writer.WriteString("author", move.Author);
                writer.WriteString("reason", move.Reason);
                return "move";
            case RunCommand.Restart restart:
                writer.WriteString(restart.Point.Phase is null ? "task" : "phase", restart.Point.Phase ?? restart.Point.Task);
                writer.WriteString("reason", restart.Reason);
                return "restart";
            case RunCommand.AddItems add:
                writer.WriteString("task", add.Task);
                if (add.Id is not null)
                {
                    writer.WriteString("id", add.Id);
                }

                writer.WritePropertyName("items");
                writer.WriteRawValue(add.Items.Utf8.Span, skipInputValidation: true);
                return "add-items";
            case RunCommand.Seal seal:
                writer.WriteString("task", seal.Task);
                return "seal-items";
            case RunCommand.CompleteItems complete:
                writer.WriteString("task", complete.Task);
                writer.WriteString("reason", complete.Reason);
                return "complete-items";
            case RunCommand.WriteDocument or RunCommand.ResolveConflict:
                return InboxDocuments.Write(writer, command);
            case RunCommand.DecideHandoff decide:
                HandoffMessages.Write(writer, decide);
                return HandoffMessages.Kind;
            case RunCommand.Signal signal:
                writer.WriteString("name", signal.Name);
                writer.WritePropertyName("payload");
                writer.WriteRawValue(signal.Payload.Utf8.Span, skipInputValidation: true);
                return "signal";
            case RunCommand.ChildEnded ended:
                Write(writer, ended);
                return Child;
            default:
                throw new NotSupportedException($"{command.GetType().Name} is for the run's own node; it is not sent.");
        }
    }

    private static RunCommand? ReadFrom(JsonElement content, InboxMessage message) => message.Kind switch
    {
        "pause" => new RunCommand.Pause(Text(content, "reason")),
        "resume" => new RunCommand.Resume(Text(content, "reason")),
        "cancel" => new RunCommand.Cancel(Text(content, "reason")),
        "cancel-tasks" => new RunCommand.CancelTasks(InboxSelection.Read(content), Text(content, "reason")),
        "quarantine" => new RunCommand.Quarantine(Text(content, "reason")),
        "patch" => new RunCommand.Patch(
            PlanPatch.Read(System.Text.Encoding.UTF8.GetBytes(content.GetProperty("patch").GetRawText()), PlanReadOptions.Stored),
            Text(content, "author"),
            Text(content, "reason")),
        "move" => new RunCommand.Move(
            PlanJson.Read(System.Text.Encoding.UTF8.GetBytes(content.GetProperty("plan").GetRawText()), PlanReadOptions.Stored),
            new PlanRenames { Phases = Names(content, "phases"), Tasks = Names(content, "tasks") },
            Text(content, "author"),
            Text(content, "reason")),
        "restart" => new RunCommand.Restart(
            content.TryGetProperty("phase", out _) ? RestartPoint.AtPhase(Text(content, "phase")) : RestartPoint.AtTask(Text(content, "task")),
            Text(content, "reason")),
        "add-items" => new RunCommand.AddItems(
            Text(content, "task"),
            content.GetProperty("items") is { ValueKind: JsonValueKind.Array } items ? JsonData.Parse(items.GetRawText()) : throw new JsonException("'items' is no list."),
            content.TryGetProperty("id", out _) ? Text(content, "id") : null),
        "seal-items" => new RunCommand.Seal(Text(content, "task")),
        "complete-items" => new RunCommand.CompleteItems(Text(content, "task"), Text(content, "reason")),
        "signal" => new RunCommand.Signal(message.Id, Text(content, "name"), JsonData.Parse(content.GetProperty("payload").GetRawText())),
        HandoffMessages.Kind => HandoffMessages.Read(content),
        Child => ReadChild(content),
        InboxDocuments.WriteKind or InboxDocuments.ResolveKind => InboxDocuments.Read(content, message.Kind),
        _ => null,
    };

    private static void WriteNames(Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, string> names)
    {
        writer.WriteStartObject(name);
        foreach (var (from, to) in names)
        {
            writer.WriteString(from, to);
        }

        writer.WriteEndObject();
    }

    private static Dictionary<string, string> Names(JsonElement content, string name)
        => content.GetProperty(name).EnumerateObject().ToDictionary(each => each.Name, each => each.Value.GetString() ?? throw new JsonException($"'{each.Name}' is null; a text was expected."), StringComparer.Ordinal);

    private static void Write(Utf8JsonWriter writer, RunCommand.ChildEnded ended)
    {
        writer.WriteString("child", ended.Child.Value);
        writer.WriteString("task", ended.Task);
        if (ended.Item is { } item)
        {
            writer.WriteNumber("item", item);
        }

        writer.WriteNumber("attempt", ended.Attempt);
        writer.WriteString("status", ended.Status.ToString());
        if (ended.Reason is { } reason)
        {
            writer.WriteString("reason", reason);
        }

        if (!ended.Output.IsNull)
        {
            writer.WritePropertyName("output");
            writer.WriteRawValue(ended.Output.Utf8.Span, skipInputValidation: true);
        }
    }

    private static RunCommand.ChildEnded ReadChild(JsonElement content) => new(
        Text(content, "task"),
        content.TryGetProperty("item", out var item) ? item.GetInt32() : null,
        content.GetProperty("attempt").GetInt32(),
        new RunId(Text(content, "child")),
        Enum.Parse<RunStatus>(Text(content, "status")),
        content.TryGetProperty("output", out var output) ? JsonData.Parse(output.GetRawText()) : default,
        content.TryGetProperty("reason", out var reason) ? reason.GetString() : null);

    /// <summary>A member that is a text.</summary>
    public static string Text(JsonElement content, string name)
        => content.GetProperty(name).GetString() ?? throw new JsonException($"'{name}' is null; a text was expected.");
}
