using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine;

/// <summary>How a run is started.</summary>
public sealed record StartRunOptions
{
    internal const int HighestPriority = 1000;

    /// <summary>The values of the plan's inputs, by name. Empty by default.</summary>
    public IReadOnlyDictionary<string, JsonData> Inputs { get; init; } = new Dictionary<string, JsonData>();

    /// <summary>The run's id; null (the default) has the engine make one.</summary>
    public RunId? Id { get; init; }

    /// <summary>
    /// The application's own key for the run; null (the default) for none. Starting twice with the same key gives the same run,
    /// whatever the plan and inputs of the second start.
    /// </summary>
    public string? BusinessKey { get; init; }

    /// <summary>
    /// Where the run stands among those that wait for room in the engine: the higher goes first. A step is worth 16 turns of waiting, so that a run with a
    /// lower priority gets its turn all the same. Runs that do its tasks have the same. From -1,000 to 1,000; 0 by default.
    /// </summary>
    public int Priority { get; init; }

    /// <summary>
    /// The id of the phase at which the run starts; the phases that this one depends on, directly or not, are skipped. Null (the default) leaves it to the
    /// plan (<see cref="OrchestrationPlan.StartAt"/>).
    /// </summary>
    public string? StartAt { get; init; }

    /// <summary>Phases, by id, that are done in another mode than the plan says. The run's copy of the plan has them so. Empty by default.</summary>
    public IReadOnlyDictionary<string, PhaseMode> PhaseModes { get; init; } = new Dictionary<string, PhaseMode>();
}
