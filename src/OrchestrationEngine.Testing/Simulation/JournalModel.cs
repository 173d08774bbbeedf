using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Testing;

/// <summary>
/// What a journal may say, written down a second time and independently of the engine's own fold: which fact may follow which, for the run,
/// each phase and each task. Says what is wrong with the first fact that can't be.
/// </summary>
internal sealed class JournalModel
{
    private readonly Dictionary<string, ModelPhase> _phases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModelTask> _tasks = new(StringComparer.Ordinal);
    private readonly HashSet<string> _signals = new(StringComparer.Ordinal);
    private readonly HashSet<string> _consumed = new(StringComparer.Ordinal);
    private readonly List<ModelMoment> _history = [];
    private RunStatus? _stopping;

    public long Version { get; private set; }

    public RunStatus Status { get; private set; }

    public OrchestrationPlan? Plan { get; private set; }

    /// <summary>Where the run stood, from when on.</summary>
    public IReadOnlyList<ModelMoment> History => _history;

    /// <summary>Whether an attempt is out.</summary>
    public bool IsWorking => _tasks.Values.Any(task => task.Open != 0);

    /// <summary>All facts so far.</summary>
    public List<RecordedEvent> Facts { get; } = [];

    /// <summary>Takes the next fact.</summary>
    /// <param name="recorded">The fact.</param>
    /// <param name="now">The true time.</param>
    /// <returns>Why it can't be, or null.</returns>
    public string? Take(RecordedEvent recorded, long now)
    {
        if (recorded.Sequence != Version + 1)
        {
            return $"fact {recorded.Sequence} follows fact {Version}";
        }

        var problem = recorded.Event switch
        {
            RunCreated created => Begin(created),
            AttemptEvent fact => _tasks.TryGetValue(fact.Task, out var task) ? Attempt(task, fact) : "the plan has no such task",
            TaskEvent fact => _tasks.TryGetValue(fact.Task, out var task) ? Task(task, fact) : "the plan has no such task",
            PhaseEvent fact => _phases.TryGetValue(fact.Phase, out var phase) ? Phase(phase, fact) : "the plan has no such phase",
            var fact => Run(fact),
        };
        Version = recorded.Sequence;
        Facts.Add(recorded);
        _history.Add(new ModelMoment(Version, now, Status, _stopping));
        return problem is null ? null : $"fact {recorded.Sequence} '{recorded.Event.Type}'{Subject(recorded.Event)} can't be: {problem}";
    }

    /// <summary>What a snapshot says that the journal does not; null when they agree.</summary>
    public string? Unlike(RunSnapshot snapshot)
    {
        if (snapshot.Version != Version || snapshot.Status != Status)
        {
            return $"it is {snapshot.Status} at fact {snapshot.Version}; by the journal it is {Status} at {Version}";
        }

        return snapshot.Tasks.FirstOrDefault(task => _tasks[task.Id].Status != task.Status || _tasks[task.Id].Last != task.Attempts) is { } other
            ? $"task '{other.Id}' is {other.Status} after {other.Attempts} attempts; by the journal it is {_tasks[other.Id].Status} after {_tasks[other.Id].Last}"
            : null;
    }

    /// <summary>What has not ended, though the run has; null when all has.</summary>
    public string? Unended()
        => _tasks.Values.FirstOrDefault(task => task.Open != 0 || !task.Status.IsEnd()) is { } left
            ? $"the run is {Status}, and task '{left.Id}' is {left.Status}{(left.Open == 0 ? "" : $" with attempt {left.Open} out")}"
            : null;

    private static string Subject(RunEvent fact) => fact switch
    {
        AttemptEvent attempt => $" of '{attempt.Task}' attempt {attempt.Attempt}",
        TaskEvent task => $" of '{task.Task}'",
        PhaseEvent phase => $" of '{phase.Phase}'",
        _ => "",
    };

    private string? Begin(RunCreated created)
    {
        if (Version != 0)
        {
            return "the run exists";
        }

        Plan = created.Plan;
        foreach (var phase in created.Plan.Phases)
        {
            var model = new ModelPhase(phase.Id);
            _phases.Add(phase.Id, model);
            foreach (var task in phase.Tasks)
            {
                var bound = task.Inputs.Where(input => input.From is { Root: "tasks" }).Select(input => input.From!.Segments[0].Key!);
                var entry = new ModelTask(task.Id, model, [.. task.DependsOn.Concat(bound).Distinct(StringComparer.Ordinal)]);
                _tasks.Add(task.Id, entry);
                model.Tasks.Add(entry);
            }
        }

        return null;
    }

    private string? Run(RunEvent fact)
    {
        switch (fact)
        {
            case RunStarted:
                return Move(RunStatus.Running, Status == RunStatus.Pending && _stopping is null);
            case RunPaused:
                return Move(RunStatus.Paused, Status == RunStatus.Running && _stopping is null);
            case RunResumed:
                return Move(RunStatus.Running, Status == RunStatus.Paused && _stopping is null);
            case RunStopping stopping:
                var may = !IsEnd(Status) && _stopping is null;
                _stopping = stopping.Outcome;
                return may ? null : $"the run is {Status}, or stopping already";
            case RunCompleted completed:
                return End(completed.Status, !IsEnd(Status) && (_stopping is null || _stopping == completed.Status));
            case RunQuarantined:
                return End(RunStatus.Quarantined, Status == RunStatus.Failed || _stopping == RunStatus.Quarantined);
            case RunRestarted:
                return Move(RunStatus.Running, Status is RunStatus.Failed or RunStatus.Quarantined);
            case SignalReceived signal:
                return _signals.Add(signal.Id) ? null : "the signal was received before";
            default:
                return null;
        }
    }

    private string? Move(RunStatus to, bool may)
    {
        var from = Status;
        Status = to;
        return may ? null : $"the run is {from}{(_stopping is null ? "" : " and stopping")}";
    }

    private string? End(RunStatus to, bool may)
    {
        var problem = Move(to, may);
        _stopping = null;
        return problem ?? Unended();
    }

    private string? Phase(ModelPhase phase, PhaseEvent fact)
    {
        var from = phase.Status;
        switch (fact)
        {
            case PhaseStarted:
                phase.Status = RunPhaseStatus.Running;
                phase.IsStopping = false;
                return from == RunPhaseStatus.Pending && Status == RunStatus.Running ? null : $"the phase is {from}, the run {Status}";
            case PhaseSkipped:
                phase.EndAs(RunPhaseStatus.Skipped, RunTaskStatus.Skipped);
                return from == RunPhaseStatus.Pending ? null : $"the phase is {from}";
            case PhaseStopping:
                phase.IsStopping = true;
                return from == RunPhaseStatus.Running ? null : $"the phase is {from}";
            case PhaseCompleted:
                phase.Status = RunPhaseStatus.Completed;
                return from == RunPhaseStatus.Running && phase.Tasks.TrueForAll(task => task.Status.IsEnd()) ? null : $"the phase is {from}, or a task of it has not ended";
            case PhaseFailed:
                phase.EndAs(RunPhaseStatus.Failed, RunTaskStatus.Canceled);
                return from == RunPhaseStatus.Running ? null : $"the phase is {from}";
            case PhaseCanceled:
                phase.EndAs(RunPhaseStatus.Canceled, RunTaskStatus.Canceled);
                return from is RunPhaseStatus.Running or RunPhaseStatus.Pending ? null : $"the phase is {from}";
            case PhaseReopened reopened:
                phase.Reopen(reopened.Tasks);
                return from is RunPhaseStatus.Running or RunPhaseStatus.Pending ? $"the phase is {from}" : null;
            default:
                return null;
        }
    }

    private string? Attempt(ModelTask task, AttemptEvent fact)
    {
        switch (fact)
        {
            case AttemptStarted started:
                var problem = WhyNotStart(task) ?? (fact.Attempt == task.Last + 1 ? null : $"the last attempt was {task.Last}");
                (task.Status, task.Open, task.Last, task.IsChild) = (RunTaskStatus.Running, fact.Attempt, fact.Attempt, started.Child is not null);
                return problem;
            case AttemptSucceeded:
                problem = task.Open != fact.Attempt ? $"attempt {task.Open} is out; the task is {task.Status}"
                    : task.Rejected == fact.Attempt ? "what it hands over was rejected"
                    : null;
                (task.Status, task.Open) = (RunTaskStatus.Succeeded, 0);
                return problem;
            case AttemptFailed or AttemptAbandoned:
                problem = task.Open != fact.Attempt ? $"attempt {task.Open} is out; the task is {task.Status}"
                    : task.IsChild && fact is AttemptAbandoned ? "a run of its own does it, and that is not gone"
                    : null;
                (task.Open, task.IsUndecided) = (0, true);
                return problem;
            case AttemptStopping:
                return task.Open == fact.Attempt ? null : $"attempt {task.Open} is out";
            case HandoffRejected or HandoffValidated or HandoffAsked:
                return Handoff(task, fact);
            case HandoffDecided decided:
                problem = task.Status == RunTaskStatus.Waiting && task.Asked == fact.Attempt ? null : $"the task is {task.Status}, and attempt {task.Asked} is asked about";
                (task.Asked, task.Choice, task.IsUndecided) = (0, decided.Choice, true);
                return problem;
            case AttemptIgnored:
                return fact.Attempt <= task.Last && fact.Attempt != task.Open ? null : $"attempt {task.Open} is out, {task.Last} was the last";
            default:
                return null;
        }
    }

    private static string? Handoff(ModelTask task, AttemptEvent fact)
    {
        var problem = task.Open == fact.Attempt ? null : $"attempt {task.Open} is out; the task is {task.Status}";
        switch (fact)
        {
            case HandoffRejected:
                task.Rejected = fact.Attempt;
                break;
            case HandoffAsked:
                problem ??= task.Rejected == fact.Attempt ? "what it hands over was rejected" : null;
                (task.Status, task.Open, task.Asked) = (RunTaskStatus.Waiting, 0, fact.Attempt);
                break;
        }

        return problem;
    }

    private string? WhyNotStart(ModelTask task)
    {
        if (Status != RunStatus.Running || _stopping is not null)
        {
            return $"the run is {Status}{(_stopping is null ? "" : " and stopping")}";
        }

        if (task.Phase.Status != RunPhaseStatus.Running || task.Phase.IsStopping)
        {
            return $"its phase is {task.Phase.Status}{(task.Phase.IsStopping ? " and stopping" : "")}";
        }

        if (task.Open != 0 || task.Status is not (RunTaskStatus.Pending or RunTaskStatus.Retrying))
        {
            return $"the task is {task.Status}, attempt {task.Open} is out";
        }

        var early = task.After.FirstOrDefault(other => _tasks.TryGetValue(other, out var before) && !before.Status.IsEnd());
        return early is not null ? $"task '{early}', which comes before it, has not ended" : null;
    }

    private string? Task(ModelTask task, TaskEvent fact)
    {
        var (from, wasOpen, undecided, choice) = (task.Status, task.Open, task.IsUndecided, task.Choice);
        (task.IsUndecided, task.Choice) = (false, null);
        if (task.Asked != 0 && fact is (TaskSucceeded or TaskRetryScheduled or TaskSkipped))
        {
            return $"nobody has decided about attempt {task.Asked}";
        }

        task.Asked = 0;
        switch (fact)
        {
            case TaskRetryScheduled:
                task.Status = RunTaskStatus.Retrying;
                return undecided ? null : $"the task is {from} and no attempt has just ended";
            case TaskWaiting:
                var problem = WhyNotStart(task);
                task.Status = RunTaskStatus.Waiting;
                return problem;
            case TaskSucceeded succeeded:
                task.Status = RunTaskStatus.Succeeded;
                return from != RunTaskStatus.Waiting ? $"the task is {from}"
                    : choice is not (null or HandoffChoice.Accept) ? $"{choice} was decided"
                    : succeeded.Signal is { } signal && !(_signals.Contains(signal) && _consumed.Add(signal)) ? $"signal '{signal}' never came, or another task had it"
                    : null;
            case TaskFailed:
                task.Status = RunTaskStatus.Failed;
                return undecided || from is RunTaskStatus.Pending or RunTaskStatus.Waiting ? null : $"the task is {from}";
            case TaskCanceled:
                (task.Status, task.Open) = (RunTaskStatus.Canceled, 0);
                return from.IsEnd() ? $"the task is {from}" : null;
            case TaskSkipped:
                task.Status = RunTaskStatus.Skipped;
                return (from == RunTaskStatus.Pending && wasOpen == 0) || choice == HandoffChoice.Skip ? null : $"the task is {from}";
            default:
                return null;
        }
    }

    private static bool IsEnd(RunStatus status) => status is not (RunStatus.Pending or RunStatus.Running or RunStatus.Paused);
}
