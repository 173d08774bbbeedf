using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs;

/// <summary>Facts as short lines of text, and as the JSON that a store keeps.</summary>
internal static class FactText
{
    /// <summary>One line without reasons and messages: <c>attempt.failed a#2 Timeout</c>.</summary>
    public static string Of(RecordedEvent recorded) => recorded.Event switch
    {
        RunStopping fact => $"{fact.Type} {fact.Outcome}",
        RunCompleted fact => $"{fact.Type} {fact.Status}",
        RunRestarted fact => $"{fact.Type} {fact.Phase ?? fact.Task}",
        PhaseReopened fact => $"{fact.Type} {fact.Phase} {fact.Generation}{(fact.Tasks is { } tasks ? $" [{string.Join(' ', tasks)}]" : "")}",
        PhaseRepeated fact => $"{fact.Type} {fact.Phase} {fact.Generation}",
        PhaseEvent fact => $"{fact.Type} {fact.Phase}",
        AttemptFailed fact => $"{fact.Type} {fact.Task}{Item(fact)}#{fact.Attempt} {fact.Failure.Class}",
        AttemptSucceeded { Again: true } fact => $"{fact.Type} {fact.Task}{Item(fact)}#{fact.Attempt} again",
        HandoffDecided fact => $"{fact.Type} {fact.Task}{Item(fact)}#{fact.Attempt} {fact.Choice}",
        AttemptEvent fact => $"{fact.Type} {fact.Task}{Item(fact)}#{fact.Attempt}",
        TaskFailed fact => $"{fact.Type} {fact.Task}{Item(fact)} {fact.Failure.Class}",
        TaskCanceled fact => $"{fact.Type} {fact.Task}{Item(fact)}{(fact.Forced ? " forced" : "")}",
        TaskRetryScheduled fact => string.Create(CultureInfo.InvariantCulture, $"{fact.Type} {fact.Task}{Item(fact)} +{(fact.Due - recorded.Timestamp).TotalSeconds}s"),
        TaskSucceeded { Again: true } fact => $"{fact.Type} {fact.Task}{Item(fact)} again",
        SignalReceived fact => $"{fact.Type} {fact.Name}",
        TaskExpanded fact => $"{fact.Type} {fact.Task} {fact.Items?.ToString() ?? string.Join(' ', fact.Sources!)}{(fact.Sealed ? "" : " open")}",
        TaskItemsAdded fact => $"{fact.Type} {fact.Task} {fact.Items?.ToString() ?? string.Join(' ', fact.Sources!)}{(fact.Sealed ? " sealed" : "")}",
        TaskCompleting fact => $"{fact.Type} {fact.Task}{(fact.Failure is { } failure ? $" {failure.Class}" : "")}",
        TaskEvent fact => $"{fact.Type} {fact.Task}{Item(fact)}",
        _ => recorded.Event.Type,
    };

    private static string Item(TaskEvent fact) => fact.Item is { } item ? string.Create(CultureInfo.InvariantCulture, $"[{item}]") : "";

    public static byte[] Json(RunEvent fact)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            RunEventJson.Write(fact, writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The same fact, written and read again.</summary>
    public static RunEvent ThroughJson(RunEvent fact) => RunEventJson.Read(fact.Type, fact.SchemaVersion, Json(fact));

    public static string Full(RecordedEvent recorded)
        => string.Create(CultureInfo.InvariantCulture, $"{recorded.Sequence} {recorded.Timestamp:O} {recorded.Event.Type} {Encoding.UTF8.GetString(Json(recorded.Event))}");
}
