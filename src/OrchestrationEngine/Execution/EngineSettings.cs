using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Execution;

/// <summary>The engine's options as they were when it was made: validated and immutable.</summary>
internal sealed record EngineSettings(
    EngineLimits Limits,
    TimeSpan StopGracePeriod,
    TimeSpan ShutdownGracePeriod,
    TimeSpan UnloadWaitingRunsAfter,
    int MaxOutputBytes,
    int SnapshotEvery,
    PlanLimits PlanLimits,
    WorkScheduler Work,
    string NodeName,
    TimeSpan LeaseDuration,
    TimeSpan PollInterval,
    int MaxRuns,
    int MaxSubPlanDepth)
{
    /// <summary>How large a content beside the journal may be.</summary>
    public long MaxArtifactBytes { get; init; } = long.MaxValue;

    /// <summary>From which size on outputs are moved beside the journal.</summary>
    public int ArtifactThreshold { get; init; } = int.MaxValue;

    /// <summary>How large a document of a workspace may be, in bytes of UTF-8.</summary>
    public int MaxDocumentBytes { get; init; } = 4 * 1024 * 1024;
}
