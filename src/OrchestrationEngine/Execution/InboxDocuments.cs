using System.Text.Json;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>Writes to the workspace as messages. Those of attempts are not sent: an attempt is where its run is.</summary>
internal static class InboxDocuments
{
    public const string WriteKind = "write-document";

    public const string ResolveKind = "resolve-conflict";

    public static string Write(Utf8JsonWriter writer, RunCommand command)
    {
        if (command is RunCommand.WriteDocument { Author.Person: { } person } write)
        {
            writer.WriteString("document", write.Document);
            writer.WriteString("how", write.How.ToString());
            WriteNumber(writer, "seen", write.Seen);
            WriteNumber(writer, "base", write.Base);
            WriteRest(writer, person, write.Id, write.MaxBytes, write.Reason);
            WriteText(writer, write.Text, write.Content, write.Size);
            return WriteKind;
        }

        if (command is RunCommand.ResolveConflict resolve)
        {
            writer.WriteString("conflict", resolve.Conflict);
            writer.WriteString("choice", resolve.Choice.ToString());
            writer.WriteNumber("base", resolve.Base);
            WriteRest(writer, resolve.Person, resolve.Id, resolve.MaxBytes, resolve.Reason);
            WriteText(writer, resolve.Text, resolve.Content, resolve.Size);
            return ResolveKind;
        }

        throw new NotSupportedException($"{command.GetType().Name} of an attempt is for the run's own node; it is not sent.");
    }

    public static RunCommand Read(JsonElement content, string kind)
    {
        var (id, most, size) = (Text(content, "id"), content.GetProperty("maxBytes").GetInt32(), content.GetProperty("size").GetInt32());
        var (text, reason) = (Optional(content, "text"), Optional(content, "reason"));
        var digest = Optional(content, "content") is not { } written ? default
            : ContentDigest.TryParse(written, out var parsed) ? parsed
            : throw new JsonException("'content' is no digest.");
        return kind == WriteKind
            ? new RunCommand.WriteDocument(Text(content, "document"), Enum.Parse<DocumentChange>(Text(content, "how")), Number(content, "seen"), new WriteAuthor { Person = Text(content, "person") }, id, most)
            {
                Base = Number(content, "base"),
                Text = text,
                Content = digest,
                Size = size,
                Reason = reason,
            }
            : new RunCommand.ResolveConflict(Text(content, "conflict"), Enum.Parse<ConflictChoice>(Text(content, "choice")), content.GetProperty("base").GetInt64(), Text(content, "person"), id, most)
            {
                Text = text,
                Content = digest,
                Size = size,
                Reason = reason,
            };
    }

    private static void WriteRest(Utf8JsonWriter writer, string person, string id, int most, string? reason)
    {
        writer.WriteString("person", person);
        writer.WriteString("id", id);
        writer.WriteNumber("maxBytes", most);
        if (reason is not null)
        {
            writer.WriteString("reason", reason);
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string? text, ContentDigest content, int size)
    {
        writer.WriteNumber("size", size);
        if (text is not null)
        {
            writer.WriteString("text", text);
        }

        if (!content.IsNone)
        {
            writer.WriteString("content", content.ToString());
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    private static long? Number(JsonElement content, string name) => content.TryGetProperty(name, out var value) ? value.GetInt64() : null;

    private static string? Optional(JsonElement content, string name) => content.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Text(JsonElement content, string name) => content.GetProperty(name).GetString() ?? throw new JsonException($"'{name}' is null; a text was expected.");
}
