using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// The stored form of the facts. A store keeps <see cref="RunEvent.Type"/>, <see cref="RunEvent.SchemaVersion"/> and the payload
/// that this class writes, and gives all three back to read the fact again.
/// </summary>
public static class RunEventJson
{
    /// <summary>Options for the writers that payloads are written with: text for people stays readable.</summary>
    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        MaxDepth = 1000,
    };

    /// <summary>Writes the payload of a fact as one JSON object.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="writer">Where to; made with <see cref="WriterOptions"/>.</param>
    public static void Write(RunEvent fact, Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(fact);
        ArgumentNullException.ThrowIfNull(writer);
        switch (fact)
        {
            // The two facts of a plain task are most of every journal, so they are written by hand.
            case AttemptStarted started:
                WriteStarted(started, writer);
                break;
            case AttemptSucceeded succeeded:
                WriteSucceeded(succeeded, writer);
                break;
            case RunCreated created:
                RunCreatedJson.Write(created, writer);
                break;
            default:
                JsonSerializer.Serialize(writer, fact, InfoFor(fact.Type) ?? throw new NotSupportedException($"RunEventJson does not know '{fact.GetType().Name}'."));
                break;
        }
    }

    /// <summary>Reads a fact from its payload.</summary>
    /// <param name="type">The stored <see cref="RunEvent.Type"/>.</param>
    /// <param name="schemaVersion">The stored <see cref="RunEvent.SchemaVersion"/>.</param>
    /// <param name="payload">The stored payload. Its memory may be kept by the fact.</param>
    /// <exception cref="JournalFormatException">The type or its version is not known to this version of the library, or the payload is damaged.</exception>
    public static RunEvent Read(string type, int schemaVersion, ReadOnlyMemory<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (schemaVersion != 1)
        {
            throw JournalFormatException.NewerVersion(type, schemaVersion);
        }

        try
        {
            return type == "run.created" ? RunCreatedJson.Read(payload) : ReadPlain(type, payload);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or PlanInvalidException)
        {
            throw JournalFormatException.Damaged(type, e);
        }
    }

    private static RunEvent ReadPlain(string type, ReadOnlyMemory<byte> payload)
    {
        var info = InfoFor(type) ?? throw JournalFormatException.UnknownType(type);
        return (RunEvent?)JsonSerializer.Deserialize(payload.Span, info) ?? throw new JsonException("The payload is null.");
    }

    private static void WriteStarted(AttemptStarted started, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("task"u8, started.Task);
        WriteItem(started, writer);
        writer.WriteNumber("attempt"u8, started.Attempt);
        writer.WriteString("agent"u8, started.Agent);
        if (started.Child is { } child)
        {
            writer.WriteString("child"u8, child.Value);
        }

        if (started.Reason is not null)
        {
            writer.WriteString("reason"u8, started.Reason);
        }

        writer.WriteEndObject();
    }

    private static void WriteItem(TaskEvent fact, Utf8JsonWriter writer)
    {
        if (fact.Item is { } item)
        {
            writer.WriteNumber("item"u8, item);
        }
    }

    private static void WriteSucceeded(AttemptSucceeded succeeded, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("task"u8, succeeded.Task);
        WriteItem(succeeded, writer);
        writer.WriteNumber("attempt"u8, succeeded.Attempt);
        writer.WritePropertyName("output"u8);
        writer.WriteRawValue(succeeded.Output.Utf8.Span, skipInputValidation: true);
        if (succeeded.Probe is { } probe)
        {
            writer.WriteString("probe"u8, probe.ToString());
        }

        if (succeeded.Again)
        {
            writer.WriteBoolean("again"u8, true);
        }

        if (succeeded.Opened.Count > 0)
        {
            writer.WritePropertyName("opened"u8);
            JsonSerializer.Serialize(writer, succeeded.Opened, RunEventJsonContext.Default.IReadOnlyListArtifactSource);
        }

        if (succeeded.ReusedFrom is { } reused)
        {
            writer.WritePropertyName("reusedFrom"u8);
            JsonSerializer.Serialize(writer, reused, RunEventJsonContext.Default.ReusedResult);
        }

        writer.WriteEndObject();
    }

    private static JsonTypeInfo? InfoFor(string type) => type switch
    {
        "run.started" => RunEventJsonContext.Default.RunStarted,
        "run.paused" => RunEventJsonContext.Default.RunPaused,
        "run.resumed" => RunEventJsonContext.Default.RunResumed,
        "run.stopping" => RunEventJsonContext.Default.RunStopping,
        "run.completed" => RunEventJsonContext.Default.RunCompleted,
        "run.quarantined" => RunEventJsonContext.Default.RunQuarantined,
        "run.restarted" => RunEventJsonContext.Default.RunRestarted,
        "phase.started" => RunEventJsonContext.Default.PhaseStarted,
        "phase.skipped" => RunEventJsonContext.Default.PhaseSkipped,
        "phase.stopping" => RunEventJsonContext.Default.PhaseStopping,
        "phase.repeated" => RunEventJsonContext.Default.PhaseRepeated,
        "phase.completed" => RunEventJsonContext.Default.PhaseCompleted,
        "phase.failed" => RunEventJsonContext.Default.PhaseFailed,
        "phase.canceled" => RunEventJsonContext.Default.PhaseCanceled,
        "phase.reopened" => RunEventJsonContext.Default.PhaseReopened,
        "task.held" => RunEventJsonContext.Default.TaskHeld,
        "task.stopping" => RunEventJsonContext.Default.TaskStopping,
        "task.waiting" => RunEventJsonContext.Default.TaskWaiting,
        "task.skipped" => RunEventJsonContext.Default.TaskSkipped,
        "task.succeeded" => RunEventJsonContext.Default.TaskSucceeded,
        "task.expanded" => RunEventJsonContext.Default.TaskExpanded,
        "task.items_added" => RunEventJsonContext.Default.TaskItemsAdded,
        "task.sealed" => RunEventJsonContext.Default.TaskSealed,
        "task.completing" => RunEventJsonContext.Default.TaskCompleting,
        "task.failed" => RunEventJsonContext.Default.TaskFailed,
        "task.canceled" => RunEventJsonContext.Default.TaskCanceled,
        "task.quarantined" => RunEventJsonContext.Default.TaskQuarantined,
        "task.retry_scheduled" => RunEventJsonContext.Default.TaskRetryScheduled,
        "attempt.started" => RunEventJsonContext.Default.AttemptStarted,
        "attempt.stopping" => RunEventJsonContext.Default.AttemptStopping,
        "attempt.succeeded" => RunEventJsonContext.Default.AttemptSucceeded,
        "attempt.failed" => RunEventJsonContext.Default.AttemptFailed,
        "attempt.abandoned" => RunEventJsonContext.Default.AttemptAbandoned,
        "attempt.ignored" => RunEventJsonContext.Default.AttemptIgnored,
        "artifact.registered" => RunEventJsonContext.Default.ArtifactRegistered,
        "handoff.validated" => RunEventJsonContext.Default.HandoffValidated,
        "handoff.rejected" => RunEventJsonContext.Default.HandoffRejected,
        "handoff.asked" => RunEventJsonContext.Default.HandoffAsked,
        "handoff.decided" => RunEventJsonContext.Default.HandoffDecided,
        "plan.patched" => RunEventJsonContext.Default.PlanPatched,
        "plan.patch_refused" => RunEventJsonContext.Default.PlanPatchRefused,
        "plan.moved" => RunEventJsonContext.Default.PlanMoved,
        "workspace.written" => RunEventJsonContext.Default.WorkspaceWritten,
        "workspace.set_aside" => RunEventJsonContext.Default.WorkspaceSetAside,
        "workspace.resolved" => RunEventJsonContext.Default.WorkspaceResolved,
        "signal.received" => RunEventJsonContext.Default.SignalReceived,
        _ => null,
    };
}

// Read-only properties are the name and the version, which are stored beside the payload; JsonIgnore is not inherited by overrides.
[JsonSourceGenerationOptions(
    IgnoreReadOnlyProperties = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    MaxDepth = 1000)]
[JsonSerializable(typeof(RunStarted))]
[JsonSerializable(typeof(RunPaused))]
[JsonSerializable(typeof(RunResumed))]
[JsonSerializable(typeof(RunStopping))]
[JsonSerializable(typeof(RunCompleted))]
[JsonSerializable(typeof(RunQuarantined))]
[JsonSerializable(typeof(RunRestarted))]
[JsonSerializable(typeof(PhaseStarted))]
[JsonSerializable(typeof(PhaseSkipped))]
[JsonSerializable(typeof(PhaseStopping))]
[JsonSerializable(typeof(PhaseRepeated))]
[JsonSerializable(typeof(PhaseCompleted))]
[JsonSerializable(typeof(PhaseFailed))]
[JsonSerializable(typeof(PhaseCanceled))]
[JsonSerializable(typeof(PhaseReopened))]
[JsonSerializable(typeof(TaskHeld))]
[JsonSerializable(typeof(TaskStopping))]
[JsonSerializable(typeof(TaskWaiting))]
[JsonSerializable(typeof(RunParent))]
[JsonSerializable(typeof(TaskSkipped))]
[JsonSerializable(typeof(TaskSucceeded))]
[JsonSerializable(typeof(TaskExpanded))]
[JsonSerializable(typeof(TaskItemsAdded))]
[JsonSerializable(typeof(TaskSealed))]
[JsonSerializable(typeof(TaskCompleting))]
[JsonSerializable(typeof(TaskFailed))]
[JsonSerializable(typeof(TaskCanceled))]
[JsonSerializable(typeof(TaskQuarantined))]
[JsonSerializable(typeof(TaskRetryScheduled))]
[JsonSerializable(typeof(AttemptStarted))]
[JsonSerializable(typeof(AttemptStopping))]
[JsonSerializable(typeof(AttemptSucceeded))]
[JsonSerializable(typeof(IReadOnlyList<ArtifactSource>))]
[JsonSerializable(typeof(ReusedResult))]
[JsonSerializable(typeof(AttemptFailed))]
[JsonSerializable(typeof(AttemptAbandoned))]
[JsonSerializable(typeof(AttemptIgnored))]
[JsonSerializable(typeof(ArtifactRegistered))]
[JsonSerializable(typeof(HandoffValidated))]
[JsonSerializable(typeof(HandoffRejected))]
[JsonSerializable(typeof(HandoffAsked))]
[JsonSerializable(typeof(HandoffDecided))]
[JsonSerializable(typeof(PlanPatched))]
[JsonSerializable(typeof(PlanPatchRefused))]
[JsonSerializable(typeof(PlanMoved))]
[JsonSerializable(typeof(SignalReceived))]
[JsonSerializable(typeof(WorkspaceWritten))]
[JsonSerializable(typeof(WorkspaceSetAside))]
[JsonSerializable(typeof(WorkspaceResolved))]
internal sealed partial class RunEventJsonContext : JsonSerializerContext;
