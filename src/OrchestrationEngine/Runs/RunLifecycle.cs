using OrchestrationEngine.StateMachines;

namespace OrchestrationEngine.Runs;

/// <summary>What moves a run.</summary>
public enum RunTrigger
{
    /// <summary>The work begins.</summary>
    Start,

    /// <summary>It is held.</summary>
    Pause,

    /// <summary>It goes on.</summary>
    Resume,

    /// <summary>Everything is done.</summary>
    Succeed,

    /// <summary>Something failed.</summary>
    Fail,

    /// <summary>It is ended by request.</summary>
    Cancel,

    /// <summary>It is set aside.</summary>
    Quarantine,

    /// <summary>It is done again from some point.</summary>
    Restart,
}

/// <summary>The life of a run, as a table.</summary>
public static class RunLifecycle
{
    /// <summary>The table.</summary>
    public static readonly TransitionTable<RunStatus, RunTrigger> Table =
        TransitionTable.For<RunStatus, RunTrigger>("Run", RunStatus.Pending)
            .Permit(RunTrigger.Start, RunStatus.Running, RunStatus.Pending)
            .Permit(RunTrigger.Pause, RunStatus.Paused, RunStatus.Running)
            .Permit(RunTrigger.Resume, RunStatus.Running, RunStatus.Paused)
            .Permit(RunTrigger.Succeed, RunStatus.Succeeded, RunStatus.Running)
            .Permit(RunTrigger.Fail, RunStatus.Failed, RunStatus.Running, RunStatus.Paused)
            .Permit(RunTrigger.Cancel, RunStatus.Canceled, RunStatus.Pending, RunStatus.Running, RunStatus.Paused)
            .Permit(RunTrigger.Quarantine, RunStatus.Quarantined, RunStatus.Running, RunStatus.Paused, RunStatus.Failed)
            .Permit(RunTrigger.Restart, RunStatus.Running, RunStatus.Failed, RunStatus.Quarantined)
            .Build();

    /// <summary>Whether a run in this state has ended. It goes on only by a restart.</summary>
    /// <param name="status">The state.</param>
    public static bool IsTerminal(this RunStatus status)
        => status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Quarantined or RunStatus.Canceled;
}
