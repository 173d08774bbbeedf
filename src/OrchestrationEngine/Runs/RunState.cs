using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// Where a run stands: the fold of its journal (<see cref="RunFold"/>), in dense arrays. Changed in place by its single writer;
/// one that ran ahead of the store is thrown away, never shown.
/// </summary>
internal sealed partial class RunState
{
    private TaskSlot[] _tasks;
    private PhaseSlot[] _phases;
    private JsonData[] _outputs;
    private RunScope? _scope;

    public RunState(RunId id, PlanGraph graph, JsonData inputs, TimeSpan gracePeriod)
    {
        Id = id;
        Editions = new PlanEditions(graph);
        Inputs = inputs;
        GracePeriod = gracePeriod;
        _tasks = new TaskSlot[graph.TaskCount];
        _outputs = new JsonData[graph.TaskCount];
        _phases = new PhaseSlot[graph.PhaseCount];
        Locks = graph.Locks is { } locks ? new RunLocks(locks) : null;
        OpenPhases = graph.PhaseCount;
        for (var task = 0; task < _tasks.Length; task++)
        {
            _tasks[task].JoinsOpen = graph.JoinDependencies(task).Length;
            _tasks[task].OrdersOpen = graph.OrderDependencies(task).Length;
            _tasks[task].Generation = 1;
        }

        for (var phase = 0; phase < _phases.Length; phase++)
        {
            _phases[phase].Remaining = graph.PhaseDependencies(phase).Length;
            _phases[phase].Open = graph.EndTask(phase) - graph.FirstTask(phase);
            _phases[phase].Generation = 1;
            _phases[phase].Turn = 1;
        }
    }

    public RunId Id { get; }

    /// <summary>The plan as the run has it now. Another one after each patch and each move.</summary>
    public PlanGraph Graph => Edition.Graph;

    /// <summary>The form in which the run has its plan now, for those who keep numbers of tasks.</summary>
    public PlanEdition Edition => Editions.Now;

    public PlanEditions Editions { get; }

    /// <summary>Whether the plan is another one than that in the first fact.</summary>
    public bool IsPlanChanged { get; set; }

    /// <summary>Finds what keeps a plan from being carried out here. No part of the journal: another process may have other agents.</summary>
    public Func<OrchestrationPlan, IReadOnlyList<PlanProblem>> VerifyPlan { get; set; } = static plan => PlanVerifier.Verify(plan);

    public JsonData Inputs { get; set; }

    /// <summary>How long what was asked to stop has before it is given up.</summary>
    public TimeSpan GracePeriod { get; }

    /// <summary>The run that started it for one of its tasks, or null.</summary>
    public RunParent? Parent { get; init; }

    public RunStatus Status { get; set; }

    /// <summary>The number of the last fact.</summary>
    public long Version { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>On its way to an end before all is done; null otherwise.</summary>
    public RunStopping? Stopping { get; set; }

    public long StoppingSince { get; set; }

    /// <summary>The phase at which whoever started the run wants it to start; null where the plan says.</summary>
    public string? StartAt { get; init; }

    /// <summary>Why none of its attempts can start in this process, or null. No part of the journal: another process may be able to.</summary>
    public string? HeldHere { get; set; }

    /// <summary>What it gives, where it has succeeded.</summary>
    public JsonData RunOutput { get; set; }

    /// <summary>The time of the step that is decided. No part of the journal, but a value that deciding is given.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>The limits of the engine that carries the run on. No part of the journal: null where there are none, or where the run is only looked at.</summary>
    public IAdmission? Engine { get; set; }

    /// <summary>Where it stands among runs that wait for the engine; the higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>Why it ended as it did, or null.</summary>
    public string? Reason { get; set; }

    public int OpenPhases { get; set; }

    public int FailedPhases { get; set; }

    /// <summary>Attempts that are out.</summary>
    public int AttemptsOut { get; set; }

    /// <summary>Those of them that are runs of their own, and take no room here.</summary>
    public int ChildrenOut { get; set; }

    /// <summary>The runs that do, or did, the latest attempts at tasks that runs do, by task. Few, so not in the slots.</summary>
    public Dictionary<int, RunId> Children { get; } = [];

    /// <summary>The waits that are under way.</summary>
    public WaitTable Waits { get; } = new();

    /// <summary>Why tasks failed, by task. Few, so not in the slots.</summary>
    public Dictionary<int, Failure> Failures { get; } = [];

    /// <summary>Attempts in a row that ended with their process, by task, since the last outcome. Few, so not in the slots.</summary>
    public Dictionary<int, List<LostAttempt>> LostAttempts { get; } = [];

    /// <summary>Why tasks are canceled whose attempts have not stopped yet, by task. Few, so not in the slots.</summary>
    public Dictionary<int, string> Canceling { get; } = [];

    /// <summary>Until when tasks wait for their milestones, in UTC ticks, by task. Few, so not in the slots.</summary>
    public Dictionary<int, long> GuardDues { get; } = [];

    /// <summary>Who holds the locks; null where the plan has none.</summary>
    public RunLocks? Locks { get; private set; }

    /// <summary>What tasks have been through that are done in turns.</summary>
    public RunLoops Loops { get; } = new();

    /// <summary>The task whose turn ended with the last fact, and the number of that.</summary>
    public (int Task, long Version) TurnEnded { get; set; }

    /// <summary>What is known of handoffs that are not simply done.</summary>
    public RunHandoffs Handoffs { get; } = new();

    public RunSignals Signals { get; } = new();

    /// <summary>The documents of the workspace.</summary>
    public RunDocuments Documents { get; } = new();

    /// <summary>The names of its artifacts.</summary>
    public ArtifactTable Artifacts { get; } = new();

    /// <summary>Whether its inputs, its items or an output may have references to contents in them, so that who is given them may have to be given values.</summary>
    public bool NamesContents { get; set; }

    /// <summary>What names in expressions mean. For the run's loop alone.</summary>
    public RunScope Scope => _scope ??= new RunScope(this);

    public RunAgenda Agenda { get; private set; } = new();

    public ReadOnlySpan<TaskSlot> Tasks => _tasks;

    public ReadOnlySpan<PhaseSlot> Phases => _phases;

    public bool IsTerminal => Status.IsTerminal();

    /// <summary>How many more attempts the plan lets this run have under way.</summary>
    public int OwnRoom => (Graph.Plan.MaxParallelTasks ?? int.MaxValue) - AttemptsOut;

    /// <summary>Whether it starts attempts, where there are tasks that could start and room for them.</summary>
    public bool StartsAttempts => Status == RunStatus.Running && Stopping is null && HeldHere is null && OwnRoom > 0;

    /// <summary>The items of tasks that are done for each item of a list, in the order in which they came to be.</summary>
    public ItemTable Items { get; } = new();

    /// <summary>Where a task, or an item of one, stands. The reference is good until an item is added.</summary>
    /// <param name="task">The number of a task in the graph, or of an item (<see cref="ItemTable.First"/> and up).</param>
    public ref TaskSlot Task(int task)
    {
        if (task < ItemTable.First)
        {
            return ref _tasks[task];
        }

        return ref Items.Slot(task);
    }

    /// <summary>The task itself, or the task that an item is one of.</summary>
    public int TaskOf(int task) => task < ItemTable.First ? task : Items.TaskOf(task);

    /// <summary>The number of an item among those of its task; null for a task itself.</summary>
    public int? ItemOf(int task) => task < ItemTable.First ? null : Items.IndexOf(task);

    /// <summary>What the plan says of a task, or of the task that an item is one of.</summary>
    public TaskDefinition Definition(int task) => Graph.Task(TaskOf(task));

    public int PhaseOf(int task) => Graph.PhaseOf(TaskOf(task));

    public string? AgentOf(int task) => Graph.AgentOf(TaskOf(task));

    /// <summary>Finds a task, or an item of one, as facts name it.</summary>
    public bool TryFind(string id, int? item, out int task)
        => Graph.TryGetTask(id, out task) && (item is not { } index || Items.TryFind(task, index, out task));

    public ref PhaseSlot Phase(int phase) => ref _phases[phase];

    /// <summary>What a task, or an item of one, made. The reference is good until an item is added.</summary>
    public ref JsonData Output(int task)
    {
        if (task < ItemTable.First)
        {
            return ref _outputs[task];
        }

        return ref Items.Output(task);
    }

    /// <summary>The numbers of all tasks, and then of all items that are not forgotten.</summary>
    public IEnumerable<int> Numbers => Enumerable.Range(0, _tasks.Length).Concat(Items.Numbers);

    /// <summary>Whether there is a task or item of this number.</summary>
    public bool Has(int task) => task >= 0 && (task < ItemTable.First ? task < _tasks.Length : Items.Has(task));

    /// <summary>Takes another form of the plan, with what is known of its phases and tasks, from a state that has nothing else; see <see cref="Rebase"/>.</summary>
    public void Replace(RunState rebased, PlanRenames renames)
    {
        Editions.Begin(rebased.Graph, renames);
        IsPlanChanged = true;
        (_tasks, _phases, _outputs) = (rebased._tasks, rebased._phases, rebased._outputs);
        Agenda = new RunAgenda();
        TurnEnded = default;
        Locks = rebased.Locks;
        FlowCodec.TakeLocks(this);
        Documents.Rename(renames);

        // It keeps what it read of the plan before.
        _scope = null;
    }

    /// <summary>Whether an answer for this attempt counts: agents are at-least-once and may answer late.</summary>
    public bool IsCurrent(int task, int attempt) => Has(task) && Task(task).AttemptOut && Task(task).Attempt == attempt;

    /// <summary>Whether the task could start now, apart from limits and time.</summary>
    public bool IsStartable(int task)
    {
        ref readonly var slot = ref Task(task);
        ref readonly var phase = ref _phases[PhaseOf(task)];
        if (task >= ItemTable.First && FanOutRules.StopsItems(this, Items.FanOutOf(task)))
        {
            return false;
        }

        return Stopping is null
            && phase is { Status: RunPhaseStatus.Running, Stopping: false, Held: false }
            && (slot.Status == RunTaskStatus.Retrying || (slot.Status == RunTaskStatus.Pending && IsAdmitted(task)));
    }

    /// <summary>Whether an attempt is out that is a run of its own.</summary>
    public bool IsChild(int task) => Task(task).AttemptOut && ChildRuns.Has(this, task);

    /// <summary>Whether the task is done by attempts, here or as runs of their own, which the limits of plan and phase count.</summary>
    public bool IsWork(int task) => TaskKinds.Of(this, task) is TaskKind.Agent or TaskKind.SubPlan;

    /// <summary>Whether it takes room for an attempt to start the task.</summary>
    public bool NeedsRoom(int task) => TaskKinds.Of(this, task) == TaskKind.Agent;

    /// <summary>Which turn of its own a task is at, from 1.</summary>
    public int TurnOf(int task) => Loops.TurnOf(task);

    /// <summary>Which turn of the innermost loop round it a task is at: its own, or that of its phase.</summary>
    public int ShownTurnOf(int task) => Graph.Task(task).Repeat is null ? _phases[Graph.PhaseOf(task)].Turn : Loops.TurnOf(task);

    /// <summary>What the turns of a task that are over have made, in their order; null for those that made nothing.</summary>
    public IReadOnlyList<JsonData> OutputsOf(int task)
        => _tasks[task].Status == RunTaskStatus.Succeeded ? [.. Loops.OutputsOf(task), _outputs[task]] : Loops.OutputsOf(task);

    /// <summary>Whether the task's dependencies have all ended, but not so that it simply runs.</summary>
    public bool NeedsJoinDecision(int task)
        => Task(task) is { Status: RunTaskStatus.Pending, JoinsOpen: 0, OrdersOpen: 0, Unmet: > 0 } && !Graph.HasFlow(task) && Definition(task).OnSkipped != OnSkipped.Run;

    private bool IsAdmitted(int task)
    {
        ref readonly var slot = ref Task(task);
        return task >= ItemTable.First || (Graph.HasFlow(task) ? slot.Admitted : slot is { JoinsOpen: 0, OrdersOpen: 0 } && !NeedsJoinDecision(task));
    }
}
