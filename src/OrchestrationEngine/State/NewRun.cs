using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>A run to be created.</summary>
public sealed record NewRun
{
    /// <summary>The run's id.</summary>
    public required RunId Id { get; init; }

    /// <summary>The id of its plan.</summary>
    public required string PlanId { get; init; }

    /// <summary>The version of its plan.</summary>
    public required string PlanVersion { get; init; }

    /// <summary>The application's own key; at most one run has it. Null for none.</summary>
    public string? BusinessKey { get; init; }

    /// <summary>The first facts, numbered from 1; the first is <see cref="RunCreated"/>.</summary>
    public required ReadOnlyMemory<RecordedEvent> Events { get; init; }
}

/// <summary>Facts to be appended to the journal of one run.</summary>
/// <param name="Run">The run.</param>
/// <param name="ExpectedVersion">The number of the last fact that the run must have now.</param>
/// <param name="Events">The facts, numbered from <paramref name="ExpectedVersion"/> + 1 without a gap; at least one. The memory is the caller's again once the append has ended.</param>
/// <param name="Status">Where the run stands after these facts; kept in the narrow row.</param>
public readonly record struct RunAppend(RunId Run, long ExpectedVersion, ReadOnlyMemory<RecordedEvent> Events, RunStatus Status);
