namespace OrchestrationEngine.Runs;

/// <summary>How a single task is canceled.</summary>
internal static class CancelRules
{
    /// <summary>Whether there is anything of the task to cancel.</summary>
    public static bool MayCancel(RunState state, int task) => state.Task(task) is { Canceling: false } slot && !slot.Status.IsTerminal();

    /// <summary>The fact by which a task is canceled: what is under way is asked to stop, all else is over at once.</summary>
    public static TaskEvent Fact(RunState state, int task, string reason)
    {
        var (id, item) = (state.Definition(task).Id, state.ItemOf(task));
        return state.Task(task).Status == RunTaskStatus.Running
            ? new TaskStopping { Task = id, Item = item, Reason = reason }
            : new TaskCanceled { Task = id, Item = item, Reason = reason };
    }
}
