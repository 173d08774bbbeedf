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
}

/// <summary>The run is under way.</summary>
public sealed record RunStarted : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "run.started";
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
/// The run is on its way to an end other than success: nothing new starts, and what runs is asked to stop and given up
/// when the grace period is over.
/// </summary>
public sealed record RunStopping : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "run.stopping";

    /// <summary>How the run will end: failed, canceled or quarantined.</summary>
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

    /// <summary>Why, unless it succeeded.</summary>
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
