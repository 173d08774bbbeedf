namespace OrchestrationEngine.Runs;

/// <summary>The phase's tasks may start.</summary>
public sealed record PhaseStarted : PhaseEvent
{
    /// <inheritdoc/>
    public override string Type => "phase.started";
}

/// <summary>The phase is left out, and every task of it.</summary>
public sealed record PhaseSkipped : PhaseEvent
{
    /// <inheritdoc/>
    public override string Type => "phase.skipped";

    /// <summary>Why: the text of the condition that was false.</summary>
    public required string Reason { get; init; }
}

/// <summary>The phase will fail: none of its tasks starts any more, and what runs is asked to stop.</summary>
public sealed record PhaseStopping : PhaseEvent
{
    /// <inheritdoc/>
    public override string Type => "phase.stopping";

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}

/// <summary>A turn of the phase's loop is over and the next begins: all its tasks are pending again, in a new generation.</summary>
public sealed record PhaseRepeated : PhaseEvent
{
    /// <inheritdoc/>
    public override string Type => "phase.repeated";

    /// <summary>The number of the generation, from 2.</summary>
    public required int Generation { get; init; }
}

/// <summary>The phase is done.</summary>
public sealed record PhaseCompleted : PhaseEvent
{
    /// <inheritdoc/>
    public override string Type => "phase.completed";
}

/// <summary>The phase failed. Tasks of it that had not ended are canceled by this.</summary>
public sealed record PhaseFailed : PhaseEvent
{
    /// <inheritdoc/>
    public override string Type => "phase.failed";

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}

/// <summary>The phase is given up. Tasks of it that had not ended are canceled by this.</summary>
public sealed record PhaseCanceled : PhaseEvent
{
    /// <inheritdoc/>
    public override string Type => "phase.canceled";

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}

/// <summary>An ended phase is pending again, in a new generation.</summary>
public sealed record PhaseReopened : PhaseEvent
{
    /// <inheritdoc/>
    public override string Type => "phase.reopened";

    /// <summary>The number of the generation, from 2.</summary>
    public required int Generation { get; init; }

    /// <summary>The tasks that are pending again; null for all tasks of the phase.</summary>
    public IReadOnlyList<string>? Tasks { get; init; }
}
