using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using RepositoryReview.Reporting;

namespace RepositoryReview.Watching;

/// <summary>What the facts of a run add up to, as far as a user wants to know.</summary>
internal sealed class RunTally
{
    private readonly Dictionary<string, JsonData> _outputs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, DateTimeOffset> _running = new(StringComparer.Ordinal);

    public OrchestrationPlan? Plan { get; private set; }

    public DateTimeOffset Created { get; private set; }

    public DateTimeOffset Last { get; private set; }

    public RunStatus Status { get; private set; }

    public string? Reason { get; private set; }

    public int PhasesCompleted { get; private set; }

    public int TasksSucceeded { get; private set; }

    public int Attempts { get; private set; }

    public int Retries { get; private set; }

    public int Abandoned { get; private set; }

    public List<MissingPart> SkippedPhases { get; } = [];

    public List<MissingPart> FailedTasks { get; } = [];

    public IReadOnlyCollection<string> Running => _running.Keys;

    public int Phases => Plan?.Phases.Count ?? 0;

    public int Tasks => Plan?.Phases.Sum(phase => phase.Tasks.Count) ?? 0;

    public JsonData? OutputOf(string task) => _outputs.TryGetValue(task, out var output) ? output : null;

    public PhaseDefinition PhaseOf(string task) => Plan!.Phases.First(phase => phase.Tasks.Any(candidate => candidate.Id == task));

    public TimeSpan RunningFor(string task) => _running.TryGetValue(task, out var since) ? Last - since : TimeSpan.Zero;

    /// <summary>Whether another attempt follows because the process was lost, not because the agent failed.</summary>
    public bool IsAfterLoss(TaskRetryScheduled retry) => _lost.Contains(retry.Task);

    public void Add(in RecordedEvent recorded)
    {
        Last = recorded.Timestamp;
        switch (recorded.Event)
        {
            case RunCreated created:
                (Plan, Created) = (created.Plan, recorded.Timestamp);
                break;
            case RunStarted:
                Status = RunStatus.Running;
                break;
            case RunCompleted completed:
                (Status, Reason) = (completed.Status, completed.Reason);
                break;
            case RunQuarantined quarantined:
                (Status, Reason) = (RunStatus.Quarantined, quarantined.Reason);
                break;
            case PhaseCompleted:
                PhasesCompleted++;
                break;
            case PhaseSkipped skipped:
                var phase = Plan!.Phases.First(candidate => candidate.Id == skipped.Phase);
                SkippedPhases.Add(new(phase.Name ?? phase.Id, SkipReasons.Explain(phase, skipped.Reason, OutputOf)));
                break;
            case AttemptStarted started:
                Attempts++;
                _lost.Remove(started.Task);
                _running[started.Task] = recorded.Timestamp;
                break;
            case AttemptSucceeded succeeded:
                TasksSucceeded++;
                _outputs[succeeded.Task] = succeeded.Output;
                break;
            case AttemptAbandoned abandoned:
                Abandoned++;
                _lost.Add(abandoned.Task);
                break;
            case TaskRetryScheduled retry when !IsAfterLoss(retry):
                Retries++;
                break;
            case TaskFailed failed:
                FailedTasks.Add(new(failed.Task, failed.Failure.Message));
                break;
        }
    }

    /// <summary>Forgets a task that is no longer running; apart from the counting, so that its line can still say how long it ran.</summary>
    public void Forget(RunEvent fact)
    {
        if (fact is AttemptSucceeded or AttemptFailed or AttemptAbandoned)
        {
            _running.Remove(((AttemptEvent)fact).Task);
        }
    }
}
