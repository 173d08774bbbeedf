using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>What a run made, from what, under which contracts, and who was given it: a reading of its journal. Immutable.</summary>
public sealed record RunManifest
{
    /// <summary>The run.</summary>
    public required RunId Run { get; init; }

    /// <summary>The id of its plan.</summary>
    public required string Plan { get; init; }

    /// <summary>The version of its plan.</summary>
    public required string PlanVersion { get; init; }

    /// <summary>The number of the last fact that was read.</summary>
    public required long Sequence { get; init; }

    /// <summary>The artifacts, in the order in which they were made.</summary>
    public required IReadOnlyList<ManifestArtifact> Artifacts { get; init; }

    /// <summary>The attempts that succeeded, in the order in which they ended, with what each was given.</summary>
    public required IReadOnlyList<ManifestWork> Work { get; init; }

    /// <summary>The manifest as JSON, in the names that artifact manifests of orchestration tools have, and with more members of the same style. docs/artifacts.md lists them.</summary>
    public JsonData ToJson() => ManifestJson.Write(this);

    /// <summary>What was made from what, for questions.</summary>
    public RunProvenance ToProvenance() => new(this);
}

/// <summary>One version of an artifact.</summary>
public sealed record ManifestArtifact
{
    /// <summary>The content: its name, media type, size and digest.</summary>
    public required ArtifactReference Artifact { get; init; }

    /// <summary>The version, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>The task that made it.</summary>
    public required string Task { get; init; }

    /// <summary>The phase of the task.</summary>
    public required string Phase { get; init; }

    /// <summary>The item of the task, from 0, or null.</summary>
    public int? Item { get; init; }

    /// <summary>The number of the attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>The registered agent.</summary>
    public required string Agent { get; init; }

    /// <summary>The model that the agent used; null where there is none or it is not known.</summary>
    public string? Model { get; init; }

    /// <summary>When it became an artifact of the run.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>What it was made from, as far as that is known.</summary>
    public IReadOnlyList<ArtifactSource> Sources { get; init; } = [];

    /// <summary>What contracts said of what the attempt made.</summary>
    public IReadOnlyList<ManifestVerdict> Verdicts { get; init; } = [];

    /// <summary>Whether it broke its contract: it is kept for people to look at, and handed to nobody.</summary>
    public bool Quarantined { get; init; }

    /// <summary>The attempts that were given it, in the order in which they were.</summary>
    public IReadOnlyList<ArtifactTransfer> Transfers { get; init; } = [];
}

/// <summary>What a contract said of what an attempt made.</summary>
public sealed record ManifestVerdict
{
    /// <summary>The contract; null where only a transformation was made.</summary>
    public string? Contract { get; init; }

    /// <summary>The id of the handoff in the plan; null for a contract on the task's output.</summary>
    public string? Handoff { get; init; }

    /// <summary>The task that it was for; null for all.</summary>
    public string? To { get; init; }

    /// <summary>Whether it passed.</summary>
    public required bool Passed { get; init; }

    /// <summary>The score that a judge gave, from 0 to 1; null without a judge.</summary>
    public double? Score { get; init; }

    /// <summary>What was found to be wrong; of what passed, what did not count.</summary>
    public IReadOnlyList<ContractViolation> Violations { get; init; } = [];
}

/// <summary>An attempt was given an artifact.</summary>
public sealed record ArtifactTransfer
{
    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>The phase of the task.</summary>
    public required string Phase { get; init; }

    /// <summary>The item of the task, from 0, or null.</summary>
    public int? Item { get; init; }

    /// <summary>The number of the attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>When: at the start of the attempt where its inputs had it, at its end where it opened it, for that is when the journal says so.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether the attempt opened it by itself; otherwise its inputs had a reference to it.</summary>
    public bool Opened { get; init; }
}

/// <summary>An attempt that succeeded, and what it was given.</summary>
public sealed record ManifestWork
{
    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>The phase of the task.</summary>
    public required string Phase { get; init; }

    /// <summary>The item of the task, from 0, or null.</summary>
    public int? Item { get; init; }

    /// <summary>The number of the attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>The registered agent; <c>plan:ID</c> where a run did it.</summary>
    public required string Agent { get; init; }

    /// <summary>The number of the fact by which it started.</summary>
    public required long Started { get; init; }

    /// <summary>The number of the fact by which it succeeded.</summary>
    public required long Ended { get; init; }

    /// <summary>What its inputs gave it.</summary>
    public IReadOnlyList<ArtifactSource> Given { get; init; } = [];

    /// <summary>What it opened besides: artifacts, documents.</summary>
    public IReadOnlyList<ArtifactSource> Opened { get; init; } = [];

    /// <summary>The versions of documents that it wrote.</summary>
    public IReadOnlyList<ArtifactSource> Wrote { get; init; } = [];

    /// <summary>The tasks that decided, through conditions, whether and how often it was done.</summary>
    public IReadOnlyList<ArtifactSource> DecidedBy { get; init; } = [];

    /// <summary>Where its result was taken over from; null where it was made.</summary>
    public ReusedResult? ReusedFrom { get; init; }
}
