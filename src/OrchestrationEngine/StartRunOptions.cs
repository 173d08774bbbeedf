using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine;

/// <summary>How a run is started.</summary>
public sealed record StartRunOptions
{
    /// <summary>The values of the plan's inputs, by name. Empty by default.</summary>
    public IReadOnlyDictionary<string, JsonData> Inputs { get; init; } = new Dictionary<string, JsonData>();

    /// <summary>The run's id; null (the default) has the engine make one.</summary>
    public RunId? Id { get; init; }

    /// <summary>
    /// The application's own key for the run; null (the default) for none. Starting twice with the same key gives the same run,
    /// whatever the plan and inputs of the second start.
    /// </summary>
    public string? BusinessKey { get; init; }
}
