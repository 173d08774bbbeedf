using System.Text.Json.Serialization;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>The run exists. Always the first fact.</summary>
public sealed record RunCreated : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "run.created";

    /// <summary>The run's own copy of its plan.</summary>
    public required OrchestrationPlan Plan { get; init; }

    /// <summary>The inputs as one JSON object, defaults filled in.</summary>
    public required JsonData Inputs { get; init; }

    /// <summary>The application's own key for the run, or null.</summary>
    public string? BusinessKey { get; init; }

    /// <summary>The run that started it for one of its tasks; null where the application did.</summary>
    public RunParent? Parent { get; init; }

    /// <summary>Where it stands among runs that wait for room in the engine; the higher goes first. 0 is the usual.</summary>
    public int Priority { get; init; }

    /// <summary>The phase at which the run is to start, where whoever started it said so; otherwise null.</summary>
    public string? StartAt { get; init; }

    /// <summary>The phases whose mode is another than the plan says, where whoever started the run said so. The run's own copy of the plan has it so.</summary>
    public IReadOnlyDictionary<string, Plans.PhaseMode> PhaseModes { get; init; } = new Dictionary<string, Plans.PhaseMode>();
}

/// <summary>The run is under way.</summary>
public sealed record RunStarted : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "run.started";

    /// <summary>The phase at which it starts, where that is not the beginning; otherwise null. Those that it depends on are skipped.</summary>
    public string? StartAt { get; init; }

    /// <summary>Why it starts there; otherwise null.</summary>
    public string? Reason { get; init; }
}

/// <summary>The run is held: nothing new starts.</summary>
public sealed record RunPaused : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "run.paused";

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}

/// <summary>A held run goes on.</summary>
public sealed record RunResumed : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "run.resumed";

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}

/// <summary>
/// The run is on its way to an end before all is done: nothing new starts, and what runs is asked to stop and given up
/// when the grace period is over.
/// </summary>
public sealed record RunStopping : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "run.stopping";

    /// <summary>How the run will end: failed, canceled or quarantined; succeeded where a task of the plan ends it so.</summary>
    public required RunStatus Outcome { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}

/// <summary>The run has ended.</summary>
public sealed record RunCompleted : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "run.completed";

    /// <summary>How: succeeded, failed or canceled.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Why, unless it succeeded; also where a task of the plan ended it as succeeded.</summary>
    public string? Reason { get; init; }

    /// <summary>What the run gives: the outputs of its plan as one JSON object; JSON <c>null</c> where the plan has none, or the run did not succeed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonData Output { get; init; }
}

/// <summary>The run is set aside for a person to look at.</summary>
public sealed record RunQuarantined : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "run.quarantined";

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}

/// <summary>An ended run goes on. What is done again follows as <see cref="PhaseReopened"/>.</summary>
public sealed record RunRestarted : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "run.restarted";

    /// <summary>The phase from which it is done again, or null.</summary>
    public string? Phase { get; init; }

    /// <summary>The task from which it is done again, or null.</summary>
    public string? Task { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}
