using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// Where a run stands: the fold of its journal (<see cref="RunFold"/>), in dense arrays. Changed in place by its single writer;
/// one that ran ahead of the store is thrown away, never shown.
/// </summary>
internal sealed class RunState
{
    private readonly TaskSlot[] _tasks;
    private readonly PhaseSlot[] _phases;
    private readonly JsonData[] _outputs;

    public RunState(RunId id, PlanGraph graph, JsonData inputs, TimeSpan gracePeriod)
    {
        Id = id;
        Graph = graph;
        Inputs = inputs;
        GracePeriod = gracePeriod;
        _tasks = new TaskSlot[graph.TaskCount];
        _outputs = new JsonData[graph.TaskCount];
        _phases = new PhaseSlot[graph.PhaseCount];
        OpenPhases = graph.PhaseCount;
        for (var task = 0; task < _tasks.Length; task++)
        {
            _tasks[task].Remaining = graph.DependencyCount(task);
            _tasks[task].Generation = 1;
        }

        for (var phase = 0; phase < _phases.Length; phase++)
        {
            _phases[phase].Remaining = graph.PhaseDependencies(phase).Length;
            _phases[phase].Open = graph.EndTask(phase) - graph.FirstTask(phase);
            _phases[phase].Generation = 1;
        }
    }

    public RunId Id { get; }

    public PlanGraph Graph { get; }

    public JsonData Inputs { get; }

    /// <summary>How long what was asked to stop has before it is given up.</summary>
    public TimeSpan GracePeriod { get; }

    public RunStatus Status { get; set; }

    /// <summary>The number of the last fact.</summary>
    public long Version { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>On its way to an end other than success; null otherwise.</summary>
    public RunStopping? Stopping { get; set; }

    public long StoppingSince { get; set; }

    /// <summary>Why none of its attempts can start in this process, or null. No part of the journal: another process may be able to.</summary>
    public string? HeldHere { get; set; }

    /// <summary>Why it ended as it did, or null.</summary>
    public string? Reason { get; set; }

    public int OpenPhases { get; set; }

    public int FailedPhases { get; set; }

    /// <summary>Attempts that are out.</summary>
    public int AttemptsOut { get; set; }

    /// <summary>Why tasks failed, by task. Few, so not in the slots.</summary>
    public Dictionary<int, Failure> Failures { get; } = [];

    /// <summary>Attempts in a row that ended with their process, by task, since the last outcome. Few, so not in the slots.</summary>
    public Dictionary<int, List<LostAttempt>> LostAttempts { get; } = [];

    public RunSignals Signals { get; } = new();

    public RunAgenda Agenda { get; } = new();

    public ReadOnlySpan<TaskSlot> Tasks => _tasks;

    public ReadOnlySpan<PhaseSlot> Phases => _phases;

    public bool IsTerminal => Status.IsTerminal();

    /// <summary>How many more attempts the plan lets this run have under way.</summary>
    public int OwnRoom => (Graph.Plan.MaxParallelTasks ?? int.MaxValue) - AttemptsOut;

    /// <summary>Whether it would start attempts if the engine had room for them.</summary>
    public bool WantsRoom => Status == RunStatus.Running && Stopping is null && HeldHere is null && OwnRoom > 0 && Agenda.HasReady(this);

    public ref TaskSlot Task(int task) => ref _tasks[task];

    public ref PhaseSlot Phase(int phase) => ref _phases[phase];

    public ref JsonData Output(int task) => ref _outputs[task];

    /// <summary>Whether an answer for this attempt counts: agents are at-least-once and may answer late.</summary>
    public bool IsCurrent(int task, int attempt) => (uint)task < (uint)_tasks.Length && _tasks[task].AttemptOut && _tasks[task].Attempt == attempt;

    /// <summary>Whether the task could start now, apart from limits and time.</summary>
    public bool IsStartable(int task)
    {
        ref readonly var slot = ref _tasks[task];
        ref readonly var phase = ref _phases[Graph.PhaseOf(task)];
        return Stopping is null
            && phase is { Status: RunPhaseStatus.Running, Stopping: false }
            && (slot.Status == RunTaskStatus.Retrying || (slot.Status == RunTaskStatus.Pending && slot.Remaining == 0 && !NeedsJoinDecision(task)));
    }

    /// <summary>Whether the task's dependencies have all ended, but not so that it simply runs.</summary>
    public bool NeedsJoinDecision(int task)
        => _tasks[task] is { Status: RunTaskStatus.Pending, Remaining: 0, Unmet: > 0 } && Graph.Task(task).OnSkipped != OnSkipped.Run;

    /// <summary>When something of this kind is due, in UTC ticks; null when it is not awaited.</summary>
    public long? DueOf(DueKind kind, int index)
    {
        switch (kind)
        {
            case DueKind.AttemptTimeout:
                return _tasks[index] is { AttemptOut: true, AttemptStopping: false } started && Graph.Task(index).Timeout is { } limit ? DueTimes.After(started.At, limit) : null;
            case DueKind.AttemptForce:
                return _tasks[index] is { AttemptOut: true, AttemptStopping: true } stopping ? DueTimes.After(stopping.At, GracePeriod) : null;
            case DueKind.Retry:
                return _tasks[index] is { Status: RunTaskStatus.Retrying, Ticket: 0 } waiting && IsStartable(index) ? waiting.At : null;
            case DueKind.PhaseTimeout:
                return _phases[index] is { Status: RunPhaseStatus.Running, Stopping: false } running && Graph.Phase(index).Timeout is { } most ? DueTimes.After(running.At, most) : null;
            case DueKind.PhaseForce:
                return _phases[index] is { Status: RunPhaseStatus.Running, Stopping: true, Out: > 0 } ending ? DueTimes.After(ending.At, GracePeriod) : null;
            case DueKind.RunForce:
                return Stopping is not null && AttemptsOut > 0 && !IsTerminal ? DueTimes.After(StoppingSince, GracePeriod) : null;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
        }
    }
}
