using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Walks;

/// <summary>
/// Watches the facts of a walk one by one and knows the rules a second time, from the plan as it is written and not from its compiled form.
/// </summary>
internal sealed class WalkChecks
{
    private readonly RunState _state;
    private readonly FlowModel _flow;
    private readonly HandoffModel _handoffs = new();
    private readonly Dictionary<string, TaskDefinition> _tasks;
    private readonly Dictionary<string, HashSet<string>> _needs = [];
    private readonly Dictionary<string, HashSet<string>> _order = [];
    private readonly Dictionary<string, DateTimeOffset> _retryAt = [];
    private readonly Dictionary<(string Task, int Generation), int> _attempts = [];
    private readonly HashSet<(string Task, int Generation)> _succeeded = [];
    private readonly HashSet<(string Task, int Generation)> _unknown = [];
    private readonly Dictionary<(string Task, int Generation), int> _lost = [];
    private readonly HashSet<string> _signals = [];
    private readonly RunTaskStatus[] _before;
    private readonly RunPhaseStatus[] _phasesBefore;

    public WalkChecks(RunState state)
    {
        _state = state;
        _before = new RunTaskStatus[state.Tasks.Length];
        _phasesBefore = new RunPhaseStatus[state.Phases.Length];
        _tasks = state.Graph.Plan.Phases.SelectMany(phase => phase.Tasks).ToDictionary(task => task.Id);
        foreach (var phase in state.Graph.Plan.Phases)
        {
            for (var i = 0; i < phase.Tasks.Count; i++)
            {
                var task = phase.Tasks[i];
                _needs[task.Id] = [.. task.DependsOn, .. task.Inputs.Where(input => input.From!.Root == "tasks").Select(input => input.From!.Segments[0].Key!)];
                _order[task.Id] = phase.Mode == PhaseMode.Sequential && i > 0 ? [phase.Tasks[i - 1].Id] : [];
            }
        }

        _flow = new FlowModel(state, _tasks, _needs, Status);
    }

    /// <summary>Applies one fact to a state of its own, and judges it.</summary>
    public void Saw(RecordedEvent recorded)
    {
        Require(recorded.Timestamp >= _state.UpdatedAt, "time went back", recorded);
        Remember();
        var runBefore = _state.Status;
        Judge(recorded);
        RunFold.Apply(_state, recorded);
        _state.Agenda.Touched.Clear();
        Require(LifecycleModel.CanFollow(runBefore, _state.Status), $"the run went from {runBefore} to {_state.Status}", recorded);
        var moved = runBefore != _state.Status;
        for (var task = 0; task < _before.Length; task++)
        {
            moved |= _before[task] != _state.Task(task).Status;
            Require(LifecycleModel.CanFollow(_before[task], _state.Task(task).Status), $"task {Id(task)} went from {_before[task]} to {_state.Task(task).Status}", recorded);
        }

        for (var phase = 0; phase < _phasesBefore.Length; phase++)
        {
            moved |= _phasesBefore[phase] != _state.Phase(phase).Status;
            Require(LifecycleModel.CanFollow(_phasesBefore[phase], _state.Phase(phase).Status), $"phase {phase} went from {_phasesBefore[phase]} to {_state.Phase(phase).Status}", recorded);
        }

        Require(!moved || recorded.Event is not (AttemptIgnored or SignalReceived), "it moved something", recorded);
        if (_state.IsTerminal)
        {
            RequireEnded(recorded);
        }
    }

    private void Remember()
    {
        for (var task = 0; task < _before.Length; task++)
        {
            _before[task] = _state.Task(task).Status;
        }

        for (var phase = 0; phase < _phasesBefore.Length; phase++)
        {
            _phasesBefore[phase] = _state.Phase(phase).Status;
        }
    }

    private void Judge(RecordedEvent recorded)
    {
        Require(!_state.IsTerminal || recorded.Event is RunRestarted or RunQuarantined, "a run that has ended took a fact", recorded);
        if (_handoffs.Saw(recorded.Event) is { } problem)
        {
            Require(false, problem, recorded);
        }

        switch (recorded.Event)
        {
            case RunStopping fact:
                Require(!fact.Reason.Contains("bug", StringComparison.Ordinal), "the run is stuck", recorded);
                break;
            case RunCompleted { Status: RunStatus.Succeeded or RunStatus.Failed } fact when _state.Stopping is null:
                var failed = _phasesBefore.Count(status => status == RunPhaseStatus.Failed);
                Require(fact.Status == (failed > _state.Graph.Plan.OnFailure.FailuresAllowed ? RunStatus.Failed : RunStatus.Succeeded), $"{failed} phases failed", recorded);
                break;
            case PhaseStarted or PhaseSkipped:
                var phase = _state.Graph.TryGetPhase(((PhaseEvent)recorded.Event).Phase, out var index) ? index : -1;
                Require(Before(phase).All(each => _phasesBefore[each] is RunPhaseStatus.Completed or RunPhaseStatus.Skipped), "a phase before it is not done", recorded);
                break;
            case PhaseCompleted fact:
                var tasks = _state.Graph.Plan.Phases.Single(each => each.Id == fact.Phase);
                Require(tasks.Tasks.All(task => Status(task.Id).IsTerminal()), "it has open tasks", recorded);
                Require(tasks.Tasks.Count(task => Status(task.Id) is RunTaskStatus.Failed or RunTaskStatus.Quarantined) <= tasks.OnFailure.FailuresAllowed, "it has too many failed tasks", recorded);
                break;
            case TaskSkipped fact:
                Skipped(fact, recorded);
                break;
            case TaskFailed fact when Status(fact.Task) == RunTaskStatus.Pending:
                FailedBeforeItsStart(fact, recorded);
                break;
            case TaskSucceeded { Again: true } fact when _handoffs.Takes(fact.Task, HandoffChoice.Accept):
                _retryAt[fact.Task] = recorded.Timestamp + (_tasks[fact.Task].Repeat!.Delay ?? TimeSpan.Zero);
                break;
            case TaskSucceeded fact when Status(fact.Task) == RunTaskStatus.Waiting:
                Require(_handoffs.Takes(fact.Task, HandoffChoice.Accept) && _succeeded.Add(Key(fact.Task)), "nobody accepted it, or it succeeded twice", recorded);
                break;
            case HandoffAsked fact:
                _lost.Remove(Key(fact.Task));
                _unknown.Remove(Key(fact.Task));
                break;
            case HandoffDecided { Choice: HandoffChoice.Retry } fact:
                _attempts[Key(fact.Task)]--;
                break;
            case TaskSucceeded fact:
                Require(_tasks[fact.Task].End is not null && Status(fact.Task) == RunTaskStatus.Pending && _flow.MayRun(fact.Task), "it is not to end the run now", recorded);
                break;
            case PhaseRepeated fact:
                Require(_state.Graph.TryGetPhase(fact.Phase, out var repeated) && _state.Phase(repeated) is { Open: 0, Status: RunPhaseStatus.Running } turn && turn.Turn < _state.Graph.Phase(repeated).Repeat!.Max, "it has no further turn now", recorded);
                break;
            case AttemptSucceeded { Again: true } fact:
                Require(_state.TurnOf(Number(fact.Task)) <= _tasks[fact.Task].Repeat!.Max, "it has no further turn", recorded);
                _retryAt[fact.Task] = recorded.Timestamp + (_tasks[fact.Task].Repeat!.Delay ?? TimeSpan.Zero);
                break;
            case TaskRetryScheduled fact:
                _retryAt[fact.Task] = fact.Due;
                break;
            case AttemptStarted fact:
                Started(fact, recorded);
                break;
            case AttemptAbandoned fact:
                _attempts[Key(fact.Task)]--;
                _unknown.Add(Key(fact.Task));
                _lost[Key(fact.Task)] = _lost.GetValueOrDefault(Key(fact.Task)) + (fact.Blameless ? 0 : 1);
                break;
            case TaskQuarantined fact:
                Require(_handoffs.IsRejected(fact.Task, _state.Task(Number(fact.Task)).Attempt) || _handoffs.Takes(fact.Task, HandoffChoice.Fail) || _lost.GetValueOrDefault(Key(fact.Task)) == MaxStarts(fact.Task), $"it had lost {_lost.GetValueOrDefault(Key(fact.Task))} attempts", recorded);
                break;
            case AttemptFailed fact:
                Failed(fact);
                break;
            case AttemptSucceeded fact:
                Require(_succeeded.Add(Key(fact.Task)), "it succeeded twice in one generation", recorded);
                break;
            case SignalReceived fact:
                Require(_signals.Add(fact.Id), "it was received before", recorded);
                break;
        }
    }

    private void Started(AttemptStarted fact, RecordedEvent recorded)
    {
        var definition = _tasks[fact.Task];
        _state.Graph.TryGetTask(fact.Task, out var task);
        var phase = _state.Phase(_state.Graph.PhaseOf(task));
        Require(_state is { Status: RunStatus.Running, Stopping: null }, "the run takes no new attempts", recorded);
        Require(phase is { Status: RunPhaseStatus.Running, Stopping: false }, "its phase does not run", recorded);
        if (Status(fact.Task) == RunTaskStatus.Pending && _state.TurnOf(task) == 1)
        {
            FirstStarted(definition, recorded);
        }

        Require(phase.Out < (_state.Graph.Phase(_state.Graph.PhaseOf(task)).MaxParallelTasks ?? int.MaxValue), "its phase allows fewer at once", recorded);
        Require(!_state.Task(task).Canceling, "it is canceled", recorded);
        Require(_state.AttemptsOut < (_state.Graph.Plan.MaxParallelTasks ?? int.MaxValue), "the plan allows fewer at once", recorded);
        Require(!_succeeded.Contains(Key(fact.Task)), "it had succeeded", recorded);
        Require(_state.Task(task).OutcomeUnknown == _unknown.Contains(Key(fact.Task)), "what is known of its outcome is wrong", recorded);
        Require(_lost.GetValueOrDefault(Key(fact.Task)) < MaxStarts(fact.Task), "it has ended its process too often", recorded);
        Require(definition.OnUnknown != OnUnknown.Fail || !_unknown.Contains(Key(fact.Task)), "it is not to be tried again when its outcome is unknown", recorded);
        Require(Status(fact.Task) != RunTaskStatus.Retrying || recorded.Timestamp >= _retryAt[fact.Task], $"its next attempt is not before {_retryAt.GetValueOrDefault(fact.Task):O}", recorded);
        var attempts = _attempts[Key(fact.Task)] = _attempts.GetValueOrDefault(Key(fact.Task)) + 1;
        Require(attempts <= definition.Retry.MaxAttempts, "its policy allows fewer attempts", recorded);
        Given(definition, task, recorded);
    }

    private void Given(TaskDefinition task, int number, RecordedEvent recorded)
    {
        var values = new RunScope(_state).Bind(number, out var problem);
        Require(values is not null, problem ?? "", recorded);
        for (var i = 0; i < task.Inputs.Count; i++)
        {
            var source = task.Inputs[i].From!.Segments[0].Key!;
            var expected = Status(source) == RunTaskStatus.Succeeded && _tasks[source].Agent is not null ? _handoffs.Given(source, task.Id) : default;
            Require(_tasks[source].Agent is null || values![i] == expected, $"it is given {values![i]} of {source}; what passed for it is {expected}", recorded);
        }
    }

    private void FirstStarted(TaskDefinition task, RecordedEvent recorded)
    {
        var scope = new RunScope(_state).For(Number(task.Id));
        Require(_order[task.Id].All(need => Status(need).IsTerminal()), "a task that it stands behind has not ended", recorded);
        Require(_flow.MayRun(task.Id), "its join is not complete", recorded);
        Require(task.Choice is null || !_flow.IsTaken(task.Id), "another was chosen", recorded);
        Require(task.Guard is null || task.Guard.Evaluate(scope).IsTrue, "its milestone is not there", recorded);
        Require(_flow.HasLocks(task.Id), "another has a lock that it needs", recorded);
    }

    private void Skipped(TaskSkipped fact, RecordedEvent recorded)
    {
        var task = _tasks[fact.Task];
        var scope = new RunScope(_state).For(Number(fact.Task));
        if (Status(fact.Task) == RunTaskStatus.Waiting)
        {
            Require(_handoffs.Takes(fact.Task, HandoffChoice.Skip), "nobody decided so", recorded);
            return;
        }

        Require(Status(fact.Task) == RunTaskStatus.Pending, "it had begun", recorded);
        Require(_order[fact.Task].All(need => Status(need).IsTerminal()), "a task that it stands behind has not ended", recorded);
        var isGivenUp = task.Guard is { } guard && !guard.Evaluate(scope).IsTrue && fact.Reason.Contains("milestone", StringComparison.Ordinal);
        var byChoice = task.Choice is not null && _flow.IsTaken(fact.Task);
        var byConditions = task.When?.Evaluate(scope).IsFalse == true || task.SkipWhen?.Condition.Evaluate(scope).IsTrue == true;
        Require((task.OnSkipped == OnSkipped.Skip && _flow.IsMissed(fact.Task)) || (_flow.MayRun(fact.Task) && (isGivenUp || byChoice || byConditions)), "it is not to be skipped", recorded);
    }

    private void FailedBeforeItsStart(TaskFailed fact, RecordedEvent recorded)
    {
        var task = _tasks[fact.Task];
        if (_state.TurnOf(Number(fact.Task)) > 1)
        {
            Require(fact.Failure.Class == FailureClass.InvalidOutput && task.Repeat is not null, "it had begun", recorded);
            return;
        }

        Require(_order[fact.Task].All(need => Status(need).IsTerminal()), "a task that it stands behind has not ended", recorded);
        Require(fact.Failure.Class == FailureClass.InvalidInput, "only what it is given can fail it before its start", recorded);
        Require((task.OnSkipped == OnSkipped.Fail && _flow.IsMissed(fact.Task)) || fact.Failure.Message.Contains("can't be read", StringComparison.Ordinal), "it is not to fail", recorded);
    }

    private int MaxStarts(string task) => _tasks[task].MaxStarts ?? _state.Graph.Plan.MaxStarts;

    private void Failed(AttemptFailed fact)
    {
        _lost.Remove(Key(fact.Task));
        if (fact.Probe == ProbeFinding.DidNotHappen)
        {
            _unknown.Remove(Key(fact.Task));
        }

        if (fact.GivenUp)
        {
            _unknown.Add(Key(fact.Task));
        }
    }

    private void RequireEnded(RecordedEvent recorded)
    {
        Require(Enumerable.Range(0, _before.Length).All(task => _state.Task(task).Status.IsTerminal() && !_state.Task(task).AttemptOut), "a task has not ended", recorded);
        Require(Enumerable.Range(0, _phasesBefore.Length).All(phase => _state.Phase(phase).Status.IsTerminal()), "a phase has not ended", recorded);
        Require(_state is { AttemptsOut: 0, OpenPhases: 0 }, "the counts are wrong", recorded);
    }

    private IEnumerable<int> Before(int phase)
    {
        var plan = _state.Graph.Plan;
        return plan.Phases[phase].DependsOn is { } named
            ? named.Select(id => Enumerable.Range(0, plan.Phases.Count).Single(each => plan.Phases[each].Id == id))
            : phase == 0 ? [] : [phase - 1];
    }

    private RunTaskStatus Status(string id) => _before[_state.Graph.TryGetTask(id, out var task) ? task : -1];

    private int Number(string id) => _state.Graph.TryGetTask(id, out var task) ? task : -1;

    private (string Task, int Generation) Key(string id) => (id, _state.Task(_state.Graph.TryGetTask(id, out var task) ? task : -1).Generation);

    private string Id(int task) => _state.Graph.Task(task).Id;

    private static void Require(bool holds, string problem, RecordedEvent recorded)
    {
        if (!holds)
        {
            Assert.Fail($"{FactText.Full(recorded)}: {problem}.");
        }
    }
}
