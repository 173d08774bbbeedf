using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs;

/// <summary>
/// The edges that the lifecycles may have, written from the design and not from the tables: by state, what may come next and through which
/// trigger. A change of a table has to be made here too, with intent.
/// </summary>
internal static class LifecycleModel
{
    public static RunStatus? Next(RunStatus from, RunTrigger trigger) => (from, trigger) switch
    {
        (RunStatus.Pending, RunTrigger.Start) => RunStatus.Running,
        (RunStatus.Pending, RunTrigger.Cancel) => RunStatus.Canceled,
        (RunStatus.Running, RunTrigger.Pause) => RunStatus.Paused,
        (RunStatus.Running, RunTrigger.Succeed) => RunStatus.Succeeded,
        (RunStatus.Running or RunStatus.Paused, RunTrigger.Fail) => RunStatus.Failed,
        (RunStatus.Running or RunStatus.Paused, RunTrigger.Cancel) => RunStatus.Canceled,
        (RunStatus.Running or RunStatus.Paused or RunStatus.Failed, RunTrigger.Quarantine) => RunStatus.Quarantined,
        (RunStatus.Paused, RunTrigger.Resume) => RunStatus.Running,
        (RunStatus.Failed or RunStatus.Quarantined, RunTrigger.Restart) => RunStatus.Running,
        _ => null,
    };

    public static RunPhaseStatus? Next(RunPhaseStatus from, PhaseTrigger trigger) => (from, trigger) switch
    {
        (RunPhaseStatus.Pending, PhaseTrigger.Start) => RunPhaseStatus.Running,
        (RunPhaseStatus.Running, PhaseTrigger.Repeat) => RunPhaseStatus.Running,
        (RunPhaseStatus.Pending, PhaseTrigger.Skip) => RunPhaseStatus.Skipped,
        (RunPhaseStatus.Running, PhaseTrigger.OpenGate) => RunPhaseStatus.AwaitingGate,
        (RunPhaseStatus.AwaitingGate, PhaseTrigger.Revise) => RunPhaseStatus.Running,
        (RunPhaseStatus.Running or RunPhaseStatus.AwaitingGate, PhaseTrigger.Complete) => RunPhaseStatus.Completed,
        (RunPhaseStatus.Running or RunPhaseStatus.AwaitingGate, PhaseTrigger.Fail) => RunPhaseStatus.Failed,
        (RunPhaseStatus.Pending or RunPhaseStatus.Running or RunPhaseStatus.AwaitingGate, PhaseTrigger.Cancel) => RunPhaseStatus.Canceled,
        (RunPhaseStatus.Completed or RunPhaseStatus.Skipped or RunPhaseStatus.Failed or RunPhaseStatus.Canceled, PhaseTrigger.Reopen) => RunPhaseStatus.Pending,
        _ => null,
    };

    public static RunTaskStatus? Next(RunTaskStatus from, TaskTrigger trigger) => (from, trigger) switch
    {
        (RunTaskStatus.Pending or RunTaskStatus.Retrying, TaskTrigger.Start) => RunTaskStatus.Running,
        (RunTaskStatus.Pending or RunTaskStatus.Waiting, TaskTrigger.Skip) => RunTaskStatus.Skipped,
        (RunTaskStatus.Pending, TaskTrigger.Fail) => RunTaskStatus.Failed, // onSkipped: fail
        (RunTaskStatus.Pending, TaskTrigger.Succeed) => RunTaskStatus.Succeeded, // nothing to wait for
        (RunTaskStatus.Retrying, TaskTrigger.Fail) => RunTaskStatus.Failed, // a loop whose last turn was not the one
        (RunTaskStatus.Running or RunTaskStatus.Waiting, TaskTrigger.RetryLater) => RunTaskStatus.Retrying,
        (RunTaskStatus.Running or RunTaskStatus.Waiting, TaskTrigger.Repeat) => RunTaskStatus.Pending,
        (RunTaskStatus.Pending or RunTaskStatus.Retrying or RunTaskStatus.Running, TaskTrigger.Wait) => RunTaskStatus.Waiting,
        (RunTaskStatus.Running or RunTaskStatus.Waiting, TaskTrigger.Succeed) => RunTaskStatus.Succeeded,
        (RunTaskStatus.Running or RunTaskStatus.Waiting, TaskTrigger.Fail) => RunTaskStatus.Failed,
        (RunTaskStatus.Running or RunTaskStatus.Retrying or RunTaskStatus.Waiting, TaskTrigger.Quarantine) => RunTaskStatus.Quarantined,
        (RunTaskStatus.Pending or RunTaskStatus.Running or RunTaskStatus.Retrying or RunTaskStatus.Waiting, TaskTrigger.Cancel) => RunTaskStatus.Canceled,
        (RunTaskStatus.Succeeded, TaskTrigger.Compensate) => RunTaskStatus.Compensating,
        (RunTaskStatus.Compensating, TaskTrigger.FinishCompensation) => RunTaskStatus.Compensated,
        (RunTaskStatus.Succeeded or RunTaskStatus.Failed or RunTaskStatus.Quarantined or RunTaskStatus.Canceled or RunTaskStatus.Skipped or RunTaskStatus.Compensated, TaskTrigger.Reopen)
            => RunTaskStatus.Pending,
        _ => null,
    };

    public static bool CanFollow(RunStatus from, RunStatus to) => from == to || Enum.GetValues<RunTrigger>().Any(trigger => Next(from, trigger) == to);

    public static bool CanFollow(RunPhaseStatus from, RunPhaseStatus to) => from == to || Enum.GetValues<PhaseTrigger>().Any(trigger => Next(from, trigger) == to);

    public static bool CanFollow(RunTaskStatus from, RunTaskStatus to) => from == to || Enum.GetValues<TaskTrigger>().Any(trigger => Next(from, trigger) == to);
}
