using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Testing;

/// <summary>Where a run stood after a fact.</summary>
internal readonly record struct ModelMoment(long Version, long At, RunStatus Status, RunStatus? Stopping);

/// <summary>A phase in the model of a journal.</summary>
internal sealed class ModelPhase(string id)
{
    public string Id => id;

    public RunPhaseStatus Status { get; set; }

    public bool IsStopping { get; set; }

    public List<ModelTask> Tasks { get; } = [];

    public void EndAs(RunPhaseStatus status, RunTaskStatus tasks)
    {
        Status = status;
        IsStopping = false;
        foreach (var task in Tasks.Where(task => !task.Status.IsEnd()))
        {
            (task.Status, task.Open) = (tasks, 0);
        }
    }

    public void Reopen(IReadOnlyList<string>? tasks)
    {
        Status = RunPhaseStatus.Pending;
        foreach (var task in Tasks.Where(task => tasks?.Contains(task.Id) != false))
        {
            task.Status = RunTaskStatus.Pending;
        }
    }
}

/// <summary>A task in the model of a journal.</summary>
internal sealed class ModelTask(string id, ModelPhase phase, IReadOnlyList<string> after)
{
    public string Id => id;

    public ModelPhase Phase => phase;

    /// <summary>The tasks that must have ended before it starts.</summary>
    public IReadOnlyList<string> After => after;

    public RunTaskStatus Status { get; set; }

    /// <summary>The attempt that is out; zero for none.</summary>
    public int Open { get; set; }

    /// <summary>Whether the attempt that is out, or was last, is a run of its own.</summary>
    public bool IsChild { get; set; }

    /// <summary>The last attempt that was started.</summary>
    public int Last { get; set; }

    /// <summary>The last attempt whose handoff was rejected; zero for none.</summary>
    public int Rejected { get; set; }

    /// <summary>The attempt about which a person is asked; zero for none.</summary>
    public int Asked { get; set; }

    /// <summary>What a person has just decided, which what becomes of the task must follow.</summary>
    public HandoffChoice? Choice { get; set; }

    /// <summary>Whether an attempt has just ended without success, and what becomes of the task is the next fact.</summary>
    public bool IsUndecided { get; set; }
}

internal static class ModelStatuses
{
    public static bool IsEnd(this RunTaskStatus status)
        => status is RunTaskStatus.Succeeded or RunTaskStatus.Failed or RunTaskStatus.Quarantined or RunTaskStatus.Canceled or RunTaskStatus.Skipped;
}
