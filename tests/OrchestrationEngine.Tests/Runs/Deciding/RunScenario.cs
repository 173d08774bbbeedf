using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

/// <summary>A run without an engine: commands and time go in, facts come out. Each call is one step, and its facts are the last ones.</summary>
internal sealed class RunScenario
{
    private static readonly RunId Id = new("r");

    private readonly PlanGraph _graph;
    private readonly TimeSpan _grace;
    private readonly int _room;
    private readonly List<RecordedEvent> _journal = [];
    private RunStep _step;

    public RunScenario(Action<PlanBuilder> write, string inputs = "{}", TimeSpan? grace = null, int room = 1000)
        : this(Build(write), inputs, grace, room)
    {
    }

    public RunScenario(OrchestrationPlan plan, string inputs = "{}", TimeSpan? grace = null, int room = 1000, RunParent? parent = null)
    {
        _graph = PlanGraph.Compile(plan);
        _grace = grace ?? TimeSpan.FromSeconds(30);
        _room = room;
        _journal.Add(new RecordedEvent(1, Now, new RunCreated { Plan = _graph.Plan, Inputs = JsonData.Parse(inputs), Parent = parent }));
        State = Begin();
        _step = new RunStep(State);
    }

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public RunState State { get; private set; }

    public RunStatus Status => State.Status;

    /// <summary>Why the last command was refused, or null.</summary>
    public string? Refusal { get; private set; }

    /// <summary>The facts of the last step.</summary>
    public IReadOnlyList<RecordedEvent> Facts { get; private set; } = [];

    /// <summary>What other runs are told with the last step.</summary>
    public IReadOnlyList<RunMessage> Messages { get; private set; } = [];

    public RunTask this[string task] => RunSnapshot.Of(State).FindTask(task)!;

    public RunScenario Starts() => Does(new RunCommand.Start());

    public RunScenario Succeeds(string task, string output = "null", int? attempt = null)
        => Does(new RunCommand.ReportSuccess(Index(task), attempt ?? this[task].Attempts, JsonData.Parse(output)));

    public RunScenario Fails(string task, FailureClass kind = FailureClass.Unknown, bool retryable = true, TimeSpan? retryAfter = null, double random = 0, int? attempt = null)
        => Does(new RunCommand.ReportFailure(Index(task), attempt ?? this[task].Attempts, new Failure(kind, "It did not work."), retryable, retryAfter, random));

    /// <summary>An attempt that was told what became of those before it.</summary>
    public RunScenario Finds(string task, ProbeFinding finding, bool fails = false) => Does(fails
        ? new RunCommand.ReportFailure(Index(task), this[task].Attempts, new Failure(FailureClass.Unknown, "It did not work."), true, null, 0) { Probe = finding }
        : new RunCommand.ReportSuccess(Index(task), this[task].Attempts, default) { Probe = finding });

    public RunScenario Pauses() => Does(new RunCommand.Pause("Held."));

    public RunScenario Resumes() => Does(new RunCommand.Resume("Goes on."));

    public RunScenario Cancels(string reason = "No more.") => Does(new RunCommand.Cancel(reason));

    public RunScenario CancelsTasks(params string[] tasks) => Does(new RunCommand.CancelTasks(TaskSelection.Of(tasks), "Not needed."));

    public RunScenario CancelsTasks(TaskSelection selection) => Does(new RunCommand.CancelTasks(selection, "Not needed."));

    public RunScenario Quarantines() => Does(new RunCommand.Quarantine("Look at it."));

    public RunScenario Hears(string id, string name = "go", string payload = "null") => Does(new RunCommand.Signal(id, name, JsonData.Parse(payload)));

    public RunScenario RestartsAtPhase(string id) => Does(new RunCommand.Restart(RestartPoint.AtPhase(id), "Again."));

    public RunScenario RestartsAtTask(string id) => Does(new RunCommand.Restart(RestartPoint.AtTask(id), "Again."));

    /// <summary>An item's latest attempt succeeds.</summary>
    public RunScenario SucceedsItem(string task, int item, string output = "null")
        => Does(new RunCommand.ReportSuccess(ItemOf(task, item), State.Task(ItemOf(task, item)).Attempt, JsonData.Parse(output)));

    /// <summary>An item's latest attempt fails.</summary>
    public RunScenario FailsItem(string task, int item, FailureClass kind = FailureClass.Unknown, bool retryable = true)
        => Does(new RunCommand.ReportFailure(ItemOf(task, item), State.Task(ItemOf(task, item)).Attempt, new Failure(kind, "It did not work."), retryable, null, 0));

    public RunScenario Adds(string task, string items, string? id = null) => Does(new RunCommand.AddItems(task, JsonData.Parse(items), id));

    public RunScenario Seals(string task) => Does(new RunCommand.Seal(task));

    public RunScenario Completes(string task) => Does(new RunCommand.CompleteItems(task, "Enough."));

    /// <summary>The items of a task, one word each.</summary>
    public string ItemsOf(string task) => string.Join(' ', RunItem.Of(State, task, 0, int.MaxValue)!.Select(item => item.Status));

    /// <summary>Lets time pass, then looks.</summary>
    public RunScenario Passes(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        return Does();
    }

    /// <summary>Forgets the state and takes the run up again from its journal.</summary>
    public RunScenario Reloads(bool blameless = false)
    {
        State = Fold();
        State.Agenda.Touched.Clear();
        _step = new RunStep(State);
        return Does(new RunCommand.Recover("The process ended.", blameless));
    }

    /// <summary>One step, as the loop of a run does it.</summary>
    public RunScenario Does(params RunCommand[] commands)
    {
        Refusal = null;
        foreach (var command in commands)
        {
            Refusal = _step.Decide(command, Now);
        }

        if (_step.IsDue(Now))
        {
            _step.Decide(RunCommand.Tick.Instance, Now);
        }

        FixedRoom.Advance(_step, State, Now, _room - State.AttemptsOut);
        Facts = _step.Recorded.ToArray();
        Messages = _step.Messages ?? [];
        State.Agenda.Touched.Clear();
        State.Agenda.ChildrenCreated.Clear();
        _journal.AddRange(Facts);
        _step.Clear();
        StateText.RequireEqual(Fold(), State, "folded and live");
        StateText.RequireEqual(Kept(), State, "kept and live");
        return this;
    }

    /// <summary>What the last step must have recorded, in the words of <see cref="FactText.Of"/>.</summary>
    public RunScenario Then(params string[] facts)
    {
        Assert.Equal(facts, Facts.Select(FactText.Of));
        return this;
    }

    /// <summary>Where tasks stand, in the order in which they are named.</summary>
    public RunScenario Are(RunTaskStatus status, params string[] tasks)
    {
        Assert.All(tasks, task => Assert.Equal(status, this[task].Status));
        return this;
    }

    /// <summary>Why a task was skipped in the last step.</summary>
    public string SkipReason(string task) => Facts.Select(recorded => recorded.Event).OfType<TaskSkipped>().Single(fact => fact.Task == task).Reason;

    /// <summary>What a task must have made by now.</summary>
    public RunScenario Has(string task, string output)
    {
        Assert.Equal(output, this[task].Output.ToString());
        return this;
    }

    /// <summary>One of the facts of a kind in the last step, the first of them being number 1.</summary>
    public TFact Fact<TFact>(int number)
        where TFact : RunEvent
        => Facts.Select(recorded => recorded.Event).OfType<TFact>().ElementAt(number - 1);

    /// <summary>The single fact of a kind in the last step.</summary>
    public TFact Fact<TFact>()
        where TFact : RunEvent
        => Facts.Select(recorded => recorded.Event).OfType<TFact>().Single();

    public int ItemOf(string task, int item) => State.TryFind(task, item, out var number) ? number : throw new ArgumentException($"No item {item} of task '{task}'.", nameof(item));

    public int Index(string task) => State.Graph.TryGetTask(task, out var index) ? index : throw new ArgumentException($"No task '{task}'.", nameof(task));

    private static OrchestrationPlan Build(Action<PlanBuilder> write)
    {
        var builder = new PlanBuilder("plan");
        write(builder);
        return builder.Build();
    }

    private RunState Begin() => RunFold.Begin(Id, _journal[0], _graph, _grace);

    private RunState Kept()
    {
        var kept = RunStateCodec.Decode(Id, _journal[0], _graph, _grace, RunStateCodec.Encode(State)!.Value, out var problem);
        Assert.True(kept is not null, problem);
        return kept;
    }

    private RunState Fold()
    {
        var state = Begin();
        foreach (var recorded in _journal.Skip(1))
        {
            RunFold.Apply(state, recorded);
        }

        return state;
    }
}
