namespace OrchestrationEngine.Runs;

/// <summary>Where a run stands.</summary>
public enum RunStatus
{
    /// <summary>Created, nothing done yet.</summary>
    Pending,

    /// <summary>Under way.</summary>
    Running,

    /// <summary>Held by request: what runs goes on to its end, nothing new starts.</summary>
    Paused,

    /// <summary>Ended as the plan wanted.</summary>
    Succeeded,

    /// <summary>Ended because something failed.</summary>
    Failed,

    /// <summary>Set aside for a person to look at.</summary>
    Quarantined,

    /// <summary>Ended by request.</summary>
    Canceled,
}

/// <summary>Where a phase of a run stands.</summary>
public enum RunPhaseStatus
{
    /// <summary>Not started.</summary>
    Pending,

    /// <summary>Its tasks are under way.</summary>
    Running,

    /// <summary>Its tasks are done and its gate is open.</summary>
    AwaitingGate,

    /// <summary>Done.</summary>
    Completed,

    /// <summary>Left out, because its condition was false.</summary>
    Skipped,

    /// <summary>More of its tasks failed than its policy allows, or it took too long.</summary>
    Failed,

    /// <summary>Given up, because the run was stopped or a phase that it depends on failed.</summary>
    Canceled,
}

/// <summary>Where a task of a run stands.</summary>
public enum RunTaskStatus
{
    /// <summary>Not started.</summary>
    Pending,

    /// <summary>An attempt is out.</summary>
    Running,

    /// <summary>An attempt ended without success, and the next one has its time.</summary>
    Retrying,

    /// <summary>Waiting for a person, a signal, a timer, a child run or a callback.</summary>
    Waiting,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Failed for good.</summary>
    Failed,

    /// <summary>Set aside with its evidence.</summary>
    Quarantined,

    /// <summary>Given up, because its phase or run was stopped.</summary>
    Canceled,

    /// <summary>Left out, with its phase or because a task that it depends on has no output.</summary>
    Skipped,

    /// <summary>What it did is being undone.</summary>
    Compensating,

    /// <summary>What it did has been undone.</summary>
    Compensated,
}
