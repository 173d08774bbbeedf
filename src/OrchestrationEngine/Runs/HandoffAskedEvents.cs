using System.Text.Json.Serialization;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// Something that was to be handed over is not there, and a person is asked. The attempt is over; the task waits for the decision, and nobody gets what
/// it made before.
/// </summary>
public sealed record HandoffAsked : AttemptEvent
{
    /// <inheritdoc/>
    public override string Type => "handoff.asked";

    /// <summary>The ids of the handoffs in the plan.</summary>
    public required IReadOnlyList<string> Handoffs { get; init; }

    /// <summary>What is missing.</summary>
    public required IReadOnlyList<ContractViolation> Violations { get; init; }

    /// <summary>What the agent returned, which is the task's output when it is accepted.</summary>
    public JsonData Output { get; init; }

    /// <summary>The artifacts that the attempt made, registered with the decision; null for none.</summary>
    public IReadOnlyList<ArtifactRegistered>? Artifacts { get; init; }

    /// <summary>What the agent would have changed of the plan, judged when the output is accepted; or null.</summary>
    public PlanPatch? Patch { get; init; }

    /// <summary>Why it would have it changed; or null.</summary>
    public string? PatchReason { get; init; }
}

/// <summary>A person has decided about what an attempt handed over. What becomes of the task follows.</summary>
public sealed record HandoffDecided : AttemptEvent
{
    /// <inheritdoc/>
    public override string Type => "handoff.decided";

    /// <summary>The decision.</summary>
    public required HandoffChoice Choice { get; init; }

    /// <summary>Who decided.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}

/// <summary>What a person may decide about a handoff in which something is missing.</summary>
public enum HandoffChoice
{
    /// <summary>What the task made is taken as it is.</summary>
    Accept,

    /// <summary>The task is tried again, with what is missing and the reason of the decision as feedback. It does not count as a failed attempt.</summary>
    Retry,

    /// <summary>The run goes on without: the task is left out, and those that depend on it go by what they say of missing outputs.</summary>
    Skip,

    /// <summary>The task is given up: it is set aside or fails, as it says for broken contracts.</summary>
    Fail,
}

/// <summary>A person's decision about a handoff in which something is missing.</summary>
public sealed record HandoffDecision
{
    /// <summary>The decision.</summary>
    public required HandoffChoice Choice { get; init; }

    /// <summary>Who decided; it goes into the journal.</summary>
    public required string By { get; init; }

    /// <summary>Why; it goes into the journal, and with <see cref="HandoffChoice.Retry"/> to the agent.</summary>
    public required string Reason { get; init; }

    /// <summary>The attempt that the decision is about: it is refused where another one is asked about by now. Null for whichever is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Attempt { get; init; }
}
