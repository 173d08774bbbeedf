using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Walks;

/// <summary>One run through a random history: the plan, what happens and when all follow from the seed.</summary>
internal sealed partial class Walk
{
    private static readonly RunCommand.Recover Recovery = new("The process ended.");

    private readonly Random _random;
    private readonly PlanGraph _graph;
    private readonly int _capacity;
    private readonly WalkChecks _checks;
    private readonly WalkJournal _journal;
    private readonly Dictionary<int, WantedAttempt> _live = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private RunState _state;
    private RunStep _step;

    public Walk(int seed, bool throughJson)
    {
        _random = new Random(seed);
        var plan = RandomPlan.Make(_random);
        plan = seed % 3 == 0 ? plan : RandomFlow.AddTo(plan, _random);
        _graph = PlanGraph.Compile(plan);
        _journal = new WalkJournal(_graph, TimeSpan.FromSeconds(_random.Next(2) * 5), throughJson);
        _capacity = _random.Next(2) == 0 ? int.MaxValue : _random.Next(1, 6);
        var created = new RunCreated { Plan = plan, Inputs = RandomPlan.Inputs(_random) };
        _journal.Add(new RecordedEvent(1, _now, created));
        _state = _journal.Begin();
        _step = new RunStep(_state);
        _checks = new WalkChecks(_journal.Begin());
    }

    public IReadOnlyList<RecordedEvent> Journal => _journal.Facts;

    public RunStatus Status => _state.Status;

    /// <summary>Goes the whole way, with every check after every step.</summary>
    public void Go()
    {
        Step(new RunCommand.Start());
        for (var left = _random.Next(80); left > 0; left--)
        {
            Wander();
        }

        Settle();
    }

    private void Wander()
    {
        switch (_random.Next(100))
        {
            case < 50:
                Outcomes(_random.Next(1, 4));
                break;
            case < 60:
                Step(Stale());
                break;
            case < 80:
                Pass();
                Step();
                break;
            case < 84:
                Step(new RunCommand.Pause("Held."));
                break;
            case < 90:
                Step(new RunCommand.Resume("Goes on."));
                break;
            case < 92:
                Step(new RunCommand.Cancel("No more."));
                break;
            case < 93 when _random.Next(2) == 0:
                Step(HandoffOutcome.Decide(_random, _state, AnyTask()));
                break;
            case < 93:
                Step(new RunCommand.Quarantine("Look at it."));
                break;
            case < 94:
                Step(new RunCommand.Signal($"{_random.Next(6)}", "go", RandomPlan.Output(_random)));
                break;
            case < 95:
                Step(new RunCommand.CancelTasks(TaskSelection.Of(AnyTask()), "Not needed."));
                break;
            case < 97:
                Step(new RunCommand.Restart(Point(), "Again."));
                break;
            default:
                Reload();
                break;
        }
    }

    // From here on only outcomes and time: whatever happened before, the run must come to an end.
    private void Settle()
    {
        Step(new RunCommand.Resume("Goes on."));
        for (var steps = 0; !_state.IsTerminal; steps++)
        {
            Assert.True(steps < 2000, "The run does not end.");
            if (_live.Count > 0)
            {
                Outcomes(1);
            }
            else
            {
                var due = WantedEffects.WakeAt(_state);
                if (_state.Handoffs.Asked.Count > 0)
                {
                    Step(HandoffOutcome.Decide(_random, _state, null));
                    continue;
                }

                if (due is null && steps % 2 == 0)
                {
                    // Something may wait for a signal.
                    Step(new RunCommand.Signal($"last {steps}", "go", RandomPlan.Output(new Random(1 + steps))));
                    continue;
                }

                if (due is null)
                {
                    // A milestone that names signals may wait for another one than those that came, and somebody has to give it up.
                    var waits = string.Join(" ", WaitReasons.Of(_state, _now).Select(wait => wait.Reason));
                    Assert.True(waits.Contains("signals.", StringComparison.Ordinal), "The run is stuck: " + waits);
                    Step(new RunCommand.Cancel("It never comes."));
                    continue;
                }

                _now = new DateTimeOffset(Math.Max(due.Value, _now.UtcTicks), TimeSpan.Zero);
                Step();
            }
        }

        var version = _state.Version;
        Step(Stale());
        Step(new RunCommand.Pause("Too late."));
        Step(new RunCommand.Resume("Too late."));
        Step(new RunCommand.Cancel("Too late."));
        Step(new RunCommand.Start());
        Step(new RunCommand.Signal("late", "go", default));
        Step(HandoffOutcome.Decide(_random, _state, AnyTask()));
        Step(Recovery);
        Assert.Equal(version, _state.Version);
    }

    private void Pass()
    {
        var wake = WantedEffects.WakeAt(_state);
        _now = wake is { } due && _random.Next(2) == 0 && due > _now.UtcTicks
            ? new DateTimeOffset(due, TimeSpan.Zero)
            : _now + TimeSpan.FromSeconds(_random.Next(30));
    }

    private void Outcomes(int count)
    {
        if (_random.Next(3) == 0)
        {
            _now += TimeSpan.FromSeconds(_random.NextDouble() * 3);
        }

        var chosen = _live.Values.OrderBy(_ => _random.Next()).Take(count).ToList();
        Step([.. chosen.Select(attempt => Outcome(attempt.Task, attempt.Attempt))]);
    }

    private RunCommand Outcome(int task, int attempt) => _random.Next(5) == 0 && (uint)task < (uint)_graph.TaskCount
        ? HandoffOutcome.Make(_random, _graph, task, attempt)
        : _random.Next(3) > 0
        ? new RunCommand.ReportSuccess(task, attempt, RandomPlan.Output(_random)) { Probe = Finding(task) }
        : new RunCommand.ReportFailure(
            task,
            attempt,
            new Failure((FailureClass)_random.Next(11), "It did not work."),
            Retryable: _random.Next(4) > 0,
            _random.Next(6) == 0 ? TimeSpan.FromSeconds(_random.Next(20)) : null,
            _random.NextDouble())
        {
            Probe = Finding(task),
        };

    // What an agent may find out that is asked.
    private ProbeFinding? Finding(int task)
        => (uint)task < (uint)_graph.TaskCount && _graph.Task(task).OnUnknown == OnUnknown.Probe && _state.Task(task).OutcomeUnknown && _random.Next(4) > 0
            ? (ProbeFinding)_random.Next(3)
            : null;

    // Late, twice, or of nobody.
    private RunCommand Stale()
    {
        var task = _random.Next(-1, _graph.TaskCount + 1);
        var attempts = task >= 0 && task < _graph.TaskCount ? _state.Task(task).Attempt : 1;
        return Outcome(task, _random.Next(0, attempts + 2));
    }

    private string AnyTask() => _graph.TaskCount == 0 ? "none" : _graph.Task(_random.Next(_graph.TaskCount)).Id;

    private RestartPoint Point()
    {
        var phase = _graph.Plan.Phases[_random.Next(_graph.PhaseCount)];
        return _random.Next(2) == 0 || phase.Tasks.Count == 0
            ? RestartPoint.AtPhase(_random.Next(20) == 0 ? "nowhere" : phase.Id)
            : RestartPoint.AtTask(phase.Tasks[_random.Next(phase.Tasks.Count)].Id);
    }

    private void Reload()
    {
        _state = _random.Next(2) == 0 ? _journal.Fold() : _journal.FromKept(_random);
        _state.Agenda.Touched.Clear();
        _step = new RunStep(_state);
        _live.Clear();
        var recovery = Recovery with { Blameless = _random.Next(4) == 0 };
        Step(_state.Status == RunStatus.Pending ? [recovery, new RunCommand.Start()] : [recovery]);
        Assert.Equal(_state.AttemptsOut, _live.Count);
    }

    // As the loop of a run does it.
    private void Step(params RunCommand[] commands)
    {
        // Tasks that were ready before start by age, which a state that was folded just now does not know; one that was kept does.
        var wereReady = _state.Agenda.ReadyTasks(_state).Any() || Enumerable.Range(0, _graph.TaskCount).Any(task => Admission.IsDue(_state, task));
        var twin = wereReady ? null : _journal.Fold();
        Decide(_step, _state, commands);
        if (twin is not null)
        {
            var twinStep = new RunStep(twin);
            Decide(twinStep, twin, commands);
            Assert.Equal(_step.Recorded.ToArray().Select(FactText.Of), twinStep.Recorded.ToArray().Select(FactText.Of));
        }

        foreach (var recorded in _step.Recorded.Span)
        {
            _checks.Saw(_journal.Add(recorded));
        }

        _step.Clear();
        Follow();
        Check();
        if (_step.IsDue(_now))
        {
            // Without a grace period, what has just been asked to stop is given up at once: the wake-up for it comes now.
            Step();
        }
    }

    private void Decide(RunStep step, RunState state, RunCommand[] commands)
    {
        foreach (var command in commands)
        {
            step.Decide(command, _now);
        }

        if (step.IsDue(_now))
        {
            step.Decide(RunCommand.Tick.Instance, _now);
        }

        FixedRoom.Advance(step, state, _now, _capacity - state.AttemptsOut);
    }

    // As the effect host does it.
    private void Follow()
    {
        foreach (var task in _state.Agenda.Touched)
        {
            if (WantedEffects.ForTask(_state, task) is { } wanted)
            {
                _live[task] = wanted;
            }
            else
            {
                _live.Remove(task);
            }
        }

        _state.Agenda.Touched.Clear();
    }
}
