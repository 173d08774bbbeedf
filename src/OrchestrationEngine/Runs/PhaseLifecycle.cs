using OrchestrationEngine.StateMachines;

namespace OrchestrationEngine.Runs;

/// <summary>What moves a phase.</summary>
public enum PhaseTrigger
{
    /// <summary>Its tasks may start.</summary>
    Start,

    /// <summary>It is left out.</summary>
    Skip,

    /// <summary>Its tasks are done and its gate opens.</summary>
    OpenGate,

    /// <summary>Its gate sends it back.</summary>
    Revise,

    /// <summary>It is done.</summary>
    Complete,

    /// <summary>It failed.</summary>
    Fail,

    /// <summary>It is given up.</summary>
    Cancel,

    /// <summary>It is done again in a new generation.</summary>
    Reopen,

    /// <summary>A turn is over and the next begins.</summary>
    Repeat,
}

/// <summary>The life of a phase, as a table.</summary>
public static class PhaseLifecycle
{
    /// <summary>The table.</summary>
    public static readonly TransitionTable<RunPhaseStatus, PhaseTrigger> Table =
        TransitionTable.For<RunPhaseStatus, PhaseTrigger>("Phase", RunPhaseStatus.Pending)
            .Permit(PhaseTrigger.Start, RunPhaseStatus.Running, RunPhaseStatus.Pending)
            .Permit(PhaseTrigger.Skip, RunPhaseStatus.Skipped, RunPhaseStatus.Pending)
            .Permit(PhaseTrigger.OpenGate, RunPhaseStatus.AwaitingGate, RunPhaseStatus.Running)
            .Permit(PhaseTrigger.Revise, RunPhaseStatus.Running, RunPhaseStatus.AwaitingGate)
            .Permit(PhaseTrigger.Repeat, RunPhaseStatus.Running, RunPhaseStatus.Running)
            .Permit(PhaseTrigger.Complete, RunPhaseStatus.Completed, RunPhaseStatus.Running, RunPhaseStatus.AwaitingGate)
            .Permit(PhaseTrigger.Fail, RunPhaseStatus.Failed, RunPhaseStatus.Running, RunPhaseStatus.AwaitingGate)
            .Permit(PhaseTrigger.Cancel, RunPhaseStatus.Canceled, RunPhaseStatus.Pending, RunPhaseStatus.Running, RunPhaseStatus.AwaitingGate)
            .Permit(PhaseTrigger.Reopen, RunPhaseStatus.Pending, RunPhaseStatus.Completed, RunPhaseStatus.Skipped, RunPhaseStatus.Failed, RunPhaseStatus.Canceled)
            .Build();

    /// <summary>Whether a phase in this state has ended. It goes on only in a new generation.</summary>
    /// <param name="status">The state.</param>
    public static bool IsTerminal(this RunPhaseStatus status)
        => status is RunPhaseStatus.Completed or RunPhaseStatus.Skipped or RunPhaseStatus.Failed or RunPhaseStatus.Canceled;
}
