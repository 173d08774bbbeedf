using System.Text.Json.Serialization;

namespace OrchestrationEngine.Runs;

/// <summary>The task is left out.</summary>
public sealed record TaskSkipped : TaskEvent
{
    /// <inheritdoc/>
    public override string Type => "task.skipped";

    /// <summary>Why: the task that has no output.</summary>
    public required string Reason { get; init; }
}

/// <summary>The task is done, other than by an attempt.</summary>
public sealed record TaskSucceeded : TaskEvent
{
    /// <inheritdoc/>
    public override string Type => "task.succeeded";

    /// <summary>What it made; JSON <c>null</c> where that is put together from the outputs of its items.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Plans.JsonData Output { get; init; }

    /// <summary>In a wait, the branch that came; otherwise null.</summary>
    public string? Branch { get; init; }

    /// <summary>In a wait, the id of the signal that it consumed; otherwise null.</summary>
    public string? Signal { get; init; }

    /// <summary>Whether this was a turn of a loop and another follows, unless the next fact ends the task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Again { get; init; }
}

/// <summary>The task is canceled, and what is under way of it is asked to stop. It ends as canceled, unless it succeeds all the same.</summary>
public sealed record TaskStopping : TaskEvent
{
    /// <inheritdoc/>
    public override string Type => "task.stopping";

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}

/// <summary>The task is ready and waits for its milestone, for as long as it says; then it is skipped.</summary>
public sealed record TaskHeld : TaskEvent
{
    /// <inheritdoc/>
    public override string Type => "task.held";

    /// <summary>What it waits for.</summary>
    public required string Reason { get; init; }
}

/// <summary>The task failed for good.</summary>
public sealed record TaskFailed : TaskEvent
{
    /// <inheritdoc/>
    public override string Type => "task.failed";

    /// <summary>Why.</summary>
    public required Failure Failure { get; init; }
}

/// <summary>The task is set aside with its evidence, for a person to look at, instead of being started again.</summary>
public sealed record TaskQuarantined : TaskEvent
{
    /// <inheritdoc/>
    public override string Type => "task.quarantined";

    /// <summary>Why, and the evidence.</summary>
    public required Failure Failure { get; init; }
}

/// <summary>The task is given up after its attempt was stopped.</summary>
public sealed record TaskCanceled : TaskEvent
{
    /// <inheritdoc/>
    public override string Type => "task.canceled";

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether its attempt had not stopped when the grace period was over, and was given up.</summary>
    public bool Forced { get; init; }
}

/// <summary>The next attempt has its time.</summary>
public sealed record TaskRetryScheduled : TaskEvent
{
    /// <inheritdoc/>
    public override string Type => "task.retry_scheduled";

    /// <summary>When the next attempt may start.</summary>
    public required DateTimeOffset Due { get; init; }
}

/// <summary>An attempt is about to start. Stored before the agent is called.</summary>
public sealed record AttemptStarted : AttemptEvent
{
    /// <inheritdoc/>
    public override string Type => "attempt.started";

    /// <summary>The registered agent that does it; <c>plan:ID</c> where a run of that plan does.</summary>
    public required string Agent { get; init; }

    /// <summary>The run that does it, where none but a run of its own can; otherwise null.</summary>
    public RunId? Child { get; init; }

    /// <summary>Why this agent, where there was a choice; else null.</summary>
    public string? Reason { get; init; }
}

/// <summary>The attempt has taken longer than it may and is asked to stop.</summary>
public sealed record AttemptStopping : AttemptEvent
{
    /// <inheritdoc/>
    public override string Type => "attempt.stopping";
}

/// <summary>The attempt succeeded, and the task with it.</summary>
public sealed record AttemptSucceeded : AttemptEvent
{
    /// <inheritdoc/>
    public override string Type => "attempt.succeeded";

    /// <summary>What the agent returned.</summary>
    public Plans.JsonData Output { get; init; }

    /// <summary>What was found about the attempts before, where the agent was asked: with <see cref="ProbeFinding.Happened"/> the output is theirs, and the agent did nothing.</summary>
    public ProbeFinding? Probe { get; init; }

    /// <summary>Whether this was a turn of a loop and another follows, unless the next fact ends the task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Again { get; init; }

    /// <summary>What the attempt opened while it ran, besides what its inputs gave it: artifacts, documents. Empty by default.</summary>
    public IReadOnlyList<ArtifactSource> Opened
    {
        // Journals say nothing where there is nothing.
        get => field ?? [];
        init;
    }

    /// <summary>The attempt whose result was taken over, where the task takes results over and there was one: the agent did nothing then. Otherwise null.</summary>
    public ReusedResult? ReusedFrom { get; init; }
}

/// <summary>Where a result comes from that was taken over.</summary>
public sealed record ReusedResult
{
    /// <summary>The run in which it was made.</summary>
    public required RunId Run { get; init; }

    /// <summary>The task that made it.</summary>
    public required string Task { get; init; }

    /// <summary>The item of the task, from 0, or null.</summary>
    public int? Item { get; init; }

    /// <summary>The number of the attempt.</summary>
    public required int Attempt { get; init; }
}

/// <summary>The attempt failed. What becomes of the task follows: a retry, a failure or a cancellation.</summary>
public sealed record AttemptFailed : AttemptEvent
{
    /// <inheritdoc/>
    public override string Type => "attempt.failed";

    /// <summary>Why.</summary>
    public required Failure Failure { get; init; }

    /// <summary>What was found about the attempts before, where the agent was asked.</summary>
    public ProbeFinding? Probe { get; init; }

    /// <summary>Whether the attempt had not stopped when the grace period was over, and was given up: nobody knows whether it does its work.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool GivenUp { get; init; }
}

/// <summary>The attempt's process ended before its outcome was known. It does not count against the task's attempts.</summary>
public sealed record AttemptAbandoned : AttemptEvent
{
    /// <inheritdoc/>
    public override string Type => "attempt.abandoned";

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether it is known that the attempt is not what ended its process: that was stopped in good order, or only let go of the run.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Blameless { get; init; }
}

/// <summary>An outcome came for an attempt that is no longer out. It changes nothing.</summary>
public sealed record AttemptIgnored : AttemptEvent
{
    /// <inheritdoc/>
    public override string Type => "attempt.ignored";

    /// <summary>What came, and why it does not count.</summary>
    public required string Reason { get; init; }
}
