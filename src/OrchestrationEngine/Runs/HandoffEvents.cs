using System.Text.Json.Serialization;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>An attempt made a content that is kept beside the journal. Stored together with the attempt's outcome.</summary>
public sealed record ArtifactRegistered : AttemptEvent
{
    /// <inheritdoc/>
    public override string Type => "artifact.registered";

    /// <summary>The content.</summary>
    public required ArtifactReference Artifact { get; init; }

    /// <summary>How many contents of this name the run has with it, from 1.</summary>
    public int Version { get; init; }

    /// <summary>The registered agent that made it.</summary>
    public required string Agent { get; init; }

    /// <summary>The model that the agent used; null where there is none or it is not known.</summary>
    public string? Model { get; init; }

    /// <summary>What it was made from, as far as that is known. Empty by default.</summary>
    public IReadOnlyList<ArtifactSource> Sources { get; init; } = [];

    /// <summary>Whether it broke its contract: it is kept for people to look at, and handed to nobody.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Quarantined { get; init; }
}

/// <summary>Something that a content was made from: an artifact, a document of the workspace or the output of a task.</summary>
public sealed record ArtifactSource
{
    /// <summary>What it is: <c>artifact</c>, <c>document</c>, <c>output</c> or <c>input</c>; <c>reused</c> for the attempt whose result was taken over, as <c>RUN/TASK#ATTEMPT</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its name: of the artifact, of the document, of the task, or of the run's input.</summary>
    public required string Name { get; init; }

    /// <summary>Its version, where it has versions; otherwise null.</summary>
    public long? Version { get; init; }

    /// <summary>Its digest; none where it was not computed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ContentDigest Digest { get; init; }
}

/// <summary>What an attempt hands over keeps to a contract, or breaks it in what is not critical. Stored together with the attempt's outcome.</summary>
public sealed record HandoffValidated : AttemptEvent
{
    /// <inheritdoc/>
    public override string Type => "handoff.validated";

    /// <summary>The contract; null where only a transformation is recorded.</summary>
    public string? Contract { get; init; }

    /// <summary>The id of the handoff in the plan; null for a contract on the task's output.</summary>
    public string? Handoff { get; init; }

    /// <summary>The task that it is for; null for all.</summary>
    public string? To { get; init; }

    /// <summary>The score that a judge gave, from 0 to 1; null without a judge.</summary>
    public double? Score { get; init; }

    /// <summary>What was found and does not count, because the handoff is not critical. Empty by default.</summary>
    public IReadOnlyList<ContractViolation> Violations { get; init; } = [];

    /// <summary>The names of the transformations that were made, in order. Empty by default.</summary>
    public IReadOnlyList<string> Transforms { get; init; } = [];

    /// <summary>What the consumer gets instead of the output, where there was a transformation; otherwise JSON <c>null</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonData Output { get; init; }
}

/// <summary>What an attempt handed over breaks its contract. Nobody gets it. What becomes of the attempt follows.</summary>
public sealed record HandoffRejected : AttemptEvent
{
    /// <inheritdoc/>
    public override string Type => "handoff.rejected";

    /// <summary>The contract, or what is missing.</summary>
    public required string Contract { get; init; }

    /// <summary>The id of the handoff in the plan; null for a contract on the task's output.</summary>
    public string? Handoff { get; init; }

    /// <summary>The task that it was for; null for all.</summary>
    public string? To { get; init; }

    /// <summary>The score that a judge gave, from 0 to 1; null without a judge.</summary>
    public double? Score { get; init; }

    /// <summary>Everything that is wrong with it.</summary>
    public required IReadOnlyList<ContractViolation> Violations { get; init; }
}
