namespace OrchestrationEngine.Runs;

/// <summary>What a run knows of one task. Kept small: a run of a million tasks has a million of these.</summary>
internal struct TaskSlot
{
    /// <summary>Tasks that its join counts and that have not ended.</summary>
    public int JoinsOpen;

    /// <summary>Tasks that its join counts and that ended without an output.</summary>
    public int Unmet;

    /// <summary>Tasks that must have ended before it, whatever became of them, and have not.</summary>
    public int OrdersOpen;

    /// <summary>The number of the latest attempt; 0 before the first.</summary>
    public int Attempt;

    /// <summary>Failed attempts in this generation.</summary>
    public int Failures;

    /// <summary>From 1.</summary>
    public int Generation;

    /// <summary>Its place in the queue of ready tasks, by which an entry that no longer holds is told from the one that does; 0 when it is not queued.</summary>
    public int Ticket;

    /// <summary>In UTC ticks: when the attempt started, when it was asked to stop, or when the next may start, as the state has it.</summary>
    public long At;

    public RunTaskStatus Status;

    /// <summary>An attempt has started, and its outcome is not known.</summary>
    public bool AttemptOut;

    /// <summary>The attempt has been asked to stop because it took too long.</summary>
    public bool AttemptStopping;

    /// <summary>The task is canceled, and its attempt has been asked to stop for that.</summary>
    public bool Canceling;

    /// <summary>It has been decided that the task is done. Only for tasks that say something about flow; it follows from the rest and is not kept.</summary>
    public bool Admitted;

    /// <summary>In this generation an attempt ended without anybody knowing whether it did its work, and none has found out since.</summary>
    public bool OutcomeUnknown;
}

/// <summary>What a run knows of one phase.</summary>
internal struct PhaseSlot
{
    /// <summary>Phases that it waits for.</summary>
    public int Remaining;

    /// <summary>Phases that it depends on which failed or were given up.</summary>
    public int Broken;

    /// <summary>Tasks that have not ended.</summary>
    public int Open;

    /// <summary>Attempts that are out.</summary>
    public int Out;

    /// <summary>Tasks that failed in this generation.</summary>
    public int Failed;

    /// <summary>From 1.</summary>
    public int Generation;

    /// <summary>Which turn of its loop it is at, from 1.</summary>
    public int Turn;

    /// <summary>In UTC ticks: when it started, or when it began to stop.</summary>
    public long At;

    /// <summary>Why it is stopping, or why it ended as it did; null otherwise.</summary>
    public string? Reason;

    /// <summary>In UTC ticks: when the tasks of its turn may start, where the turns have a delay between them; 0 otherwise.</summary>
    public long TurnDue;

    public RunPhaseStatus Status;

    /// <summary>The time of its turn has not come. Known only as long as nobody has looked at the clock since; it is not kept.</summary>
    public bool Held;

    public bool Stopping;
}
