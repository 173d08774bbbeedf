using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Retention;

/// <summary>What a bundle file has of a run that has ended; all of it was verified.</summary>
public sealed record RunArchive
{
    /// <summary>The run.</summary>
    public required RunId Run { get; init; }

    /// <summary>The run's own copy of its plan.</summary>
    public required OrchestrationPlan Plan { get; init; }

    /// <summary>The application's own key, or null.</summary>
    public string? BusinessKey { get; init; }

    /// <summary>How it ended.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Its journal, from the first fact to the last.</summary>
    public required IReadOnlyList<RecordedEvent> Events { get; init; }
}
