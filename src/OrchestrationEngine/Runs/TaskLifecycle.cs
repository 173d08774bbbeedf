using OrchestrationEngine.StateMachines;

namespace OrchestrationEngine.Runs;

/// <summary>What moves a task.</summary>
public enum TaskTrigger
{
    /// <summary>An attempt starts.</summary>
    Start,

    /// <summary>It is done.</summary>
    Succeed,

    /// <summary>The attempt ended without success, and there is a next one.</summary>
    RetryLater,

    /// <summary>It failed for good.</summary>
    Fail,

    /// <summary>It waits for something outside.</summary>
    Wait,

    /// <summary>It is set aside.</summary>
    Quarantine,

    /// <summary>It is left out.</summary>
    Skip,

    /// <summary>It is given up.</summary>
    Cancel,

    /// <summary>What it did is to be undone.</summary>
    Compensate,

    /// <summary>What it did has been undone.</summary>
    FinishCompensation,

    /// <summary>It is done again in a new generation.</summary>
    Reopen,

    /// <summary>A turn is over and the next begins.</summary>
    Repeat,
}

/// <summary>The life of a task, as a table.</summary>
public static class TaskLifecycle
{
    /// <summary>The table.</summary>
    public static readonly TransitionTable<RunTaskStatus, TaskTrigger> Table =
        TransitionTable.For<RunTaskStatus, TaskTrigger>("Task", RunTaskStatus.Pending)
            .Permit(TaskTrigger.Start, RunTaskStatus.Running, RunTaskStatus.Pending, RunTaskStatus.Retrying)
            .Permit(TaskTrigger.Succeed, RunTaskStatus.Succeeded, RunTaskStatus.Pending, RunTaskStatus.Running, RunTaskStatus.Waiting)
            .Permit(TaskTrigger.RetryLater, RunTaskStatus.Retrying, RunTaskStatus.Running, RunTaskStatus.Waiting)
            .Permit(TaskTrigger.Repeat, RunTaskStatus.Pending, RunTaskStatus.Running, RunTaskStatus.Waiting)
            .Permit(TaskTrigger.Fail, RunTaskStatus.Failed, RunTaskStatus.Pending, RunTaskStatus.Running, RunTaskStatus.Retrying, RunTaskStatus.Waiting)
            .Permit(TaskTrigger.Wait, RunTaskStatus.Waiting, RunTaskStatus.Pending, RunTaskStatus.Retrying, RunTaskStatus.Running)
            .Permit(TaskTrigger.Quarantine, RunTaskStatus.Quarantined, RunTaskStatus.Running, RunTaskStatus.Retrying, RunTaskStatus.Waiting)
            .Permit(TaskTrigger.Skip, RunTaskStatus.Skipped, RunTaskStatus.Pending, RunTaskStatus.Waiting)
            .Permit(TaskTrigger.Cancel, RunTaskStatus.Canceled, RunTaskStatus.Pending, RunTaskStatus.Running, RunTaskStatus.Retrying, RunTaskStatus.Waiting)
            .Permit(TaskTrigger.Compensate, RunTaskStatus.Compensating, RunTaskStatus.Succeeded)
            .Permit(TaskTrigger.FinishCompensation, RunTaskStatus.Compensated, RunTaskStatus.Compensating)
            .Permit(
                TaskTrigger.Reopen,
                RunTaskStatus.Pending,
                RunTaskStatus.Succeeded,
                RunTaskStatus.Failed,
                RunTaskStatus.Quarantined,
                RunTaskStatus.Canceled,
                RunTaskStatus.Skipped,
                RunTaskStatus.Compensated)
            .Build();

    /// <summary>Whether a task in this state has ended. It goes on only in a new generation.</summary>
    /// <param name="status">The state.</param>
    public static bool IsTerminal(this RunTaskStatus status)
        => status is RunTaskStatus.Succeeded
            or RunTaskStatus.Failed
            or RunTaskStatus.Quarantined
            or RunTaskStatus.Canceled
            or RunTaskStatus.Skipped
            or RunTaskStatus.Compensated;
}
