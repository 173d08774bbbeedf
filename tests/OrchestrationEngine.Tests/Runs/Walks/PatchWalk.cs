using System.Text;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Walks;

/// <summary>One run through a random history in which its plan is changed now and then, by callers and by agents.</summary>
internal sealed partial class PatchWalk
{
    private static readonly RunCommand.Recover Recovery = new("The process ended.");

    private readonly Random _random;
    private readonly WalkJournal _journal;
    private readonly PatchWalkChecks _checks;
    private readonly int _capacity;
    private readonly Dictionary<int, Attempt> _live = [];
    private readonly List<Attempt> _former = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private PlanEdition _edition;
    private RunState _state;
    private RunStep _step;

    public PatchWalk(int seed, bool throughJson)
    {
        _random = new Random(seed);
        var plan = RichPlan.Make(_random);
        _journal = new WalkJournal(PlanGraph.Compile(plan), TimeSpan.FromSeconds(_random.Next(2) * 5), throughJson);
        _capacity = _random.Next(2) == 0 ? int.MaxValue : _random.Next(1, 6);
        _journal.Add(new RecordedEvent(1, _now, new RunCreated { Plan = plan, Inputs = RandomPlan.Inputs(_random) }));
        _state = _journal.Begin();
        _edition = _state.Edition;
        _step = new RunStep(_state);
        _checks = new PatchWalkChecks(_journal.Begin());
    }

    public IReadOnlyList<RecordedEvent> Journal => _journal.Facts;

    public RunStatus Status => _state.Status;

    /// <summary>The plan as it is now.</summary>
    public string Plan => Encoding.UTF8.GetString(PlanJson.Write(_state.Graph.Plan));

    /// <summary>What everything waits for.</summary>
    public string Explanation => string.Join('\n', WaitReasons.Of(_state, _now));

    public int Accepted => _checks.Accepted;

    public int Refused => _checks.Refused;

    public int Moved => _checks.Moved;

    public void Go()
    {
        Step(new RunCommand.Start());
        for (var left = _random.Next(60); left > 0; left--)
        {
            Wander();
        }

        Settle();
    }

    private void Wander()
    {
        switch (_random.Next(100))
        {
            case < 40:
                Outcomes(_random.Next(1, 4));
                break;
            case < 70:
                Step(Patch("somebody"));
                break;
            case < 80:
                _now += TimeSpan.FromSeconds(_random.Next(30));
                Step();
                break;
            case < 83:
                Step(new RunCommand.Pause("Held."));
                break;
            case < 85:
                Step(new RunCommand.Resume("Goes on."));
                break;
            case < 88:
                Step(RandomPatch.Move(_random, _state.Graph.Plan));
                break;
            case < 89:
                Step(new RunCommand.Cancel("No more."));
                break;
            case < 91:
                Step(new RunCommand.Signal($"{_random.Next(9)}", "go", default));
                break;
            case < 92:
                Step(HandoffOutcome.Decide(_random, _state, "t0a"));
                break;
            case < 93:
                Step(new RunCommand.Restart(Point(), "Again."));
                break;
            case < 95 when _former.Count > 0:
                Step(Outcome(_former[_random.Next(_former.Count)]));
                break;
            default:
                Reload();
                break;
        }
    }

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

                if (due is null && HoldsWhatItWaitsFor())
                {
                    Step(new RunCommand.Cancel("It waits for itself."));
                    continue;
                }

                Assert.True(due is not null, "The run is stuck.");
                _now = new DateTimeOffset(Math.Max(due.Value, _now.UtcTicks), TimeSpan.Zero);
                Step();
            }
        }

        var version = _state.Version;
        Step(Patch("somebody"));
        Assert.Equal(version, _state.Version);
    }

    // A task that is done for each that arrives begins before all have, and holds its locks until then: those that need them can't arrive.
    private bool HoldsWhatItWaitsFor()
        => _state.Graph.Plan.Phases.Any(phase => phase.Tasks.Any(task => task.Join.Kind == JoinKind.Each))
            && _state.Graph.Plan.Phases.Any(phase => phase.Mode == PhaseMode.OneAtATime || phase.Locks.Count > 0 || phase.Tasks.Any(task => task.Locks.Count > 0));

    private RunCommand.Patch Patch(string author) => new(RandomPatch.Make(_random, _state.Graph.Plan), author, "Why not.");

    private RestartPoint Point()
    {
        var phase = _state.Graph.Plan.Phases[_random.Next(_state.Graph.PhaseCount)];
        return _random.Next(2) == 0 || phase.Tasks.Count == 0 ? RestartPoint.AtPhase(phase.Id) : RestartPoint.AtTask(phase.Tasks[_random.Next(phase.Tasks.Count)].Id);
    }

    // Changes that come between an outcome and its decision are the point: the outcome still has the old number.
    private void Outcomes(int count)
    {
        var outcomes = _live.Values.OrderBy(_ => _random.Next()).Take(count).Select(Outcome).ToList();
        if (_random.Next(4) == 0)
        {
            outcomes.Insert(0, Patch("somebody"));
        }

        Step([.. outcomes]);
    }

    private RunCommand Outcome(Attempt attempt)
        => _random.Next(4) == 0 && (attempt.Task < ItemTable.First || _state.Has(attempt.Task))
            ? HandoffOutcome.Make(
                _random,
                attempt.Edition.Graph,
                attempt.Task,
                attempt.Task < ItemTable.First ? attempt.Edition.Graph.Task(attempt.Task).Id : _state.Definition(attempt.Task).Id,
                attempt.Task < ItemTable.First ? null : _state.ItemOf(attempt.Task),
                attempt.Number,
                attempt.Edition,
                _random.Next(2) == 0 ? Patch("a task").Changes : null)
            : _random.Next(3) > 0
            ? new RunCommand.ReportSuccess(attempt.Task, attempt.Number, RandomPlan.Output(_random))
            {
                Edition = attempt.Edition,
                Proposal = _random.Next(4) == 0 ? Patch("a task") : null,
            }
            : new RunCommand.ReportFailure(attempt.Task, attempt.Number, new Failure((FailureClass)_random.Next(11), "It did not work."), _random.Next(4) > 0, null, _random.NextDouble()) { Edition = attempt.Edition };

    private void Reload()
    {
        _state = _random.Next(2) == 0 ? _journal.Fold() : _journal.FromKept(_random);
        _state.Agenda.Touched.Clear();
        _edition = _state.Edition;
        _step = new RunStep(_state);
        _live.Clear();

        // What was under way in another process reports to nobody.
        _former.Clear();
        Step(_state.Status == RunStatus.Pending ? [Recovery, new RunCommand.Start()] : [Recovery]);
    }

    private void Step(params RunCommand[] commands)
    {
        foreach (var command in commands)
        {
            var before = command is RunCommand.Patch or RunCommand.Move ? _journal.Fold(_step.Recorded) : null;
            var refusal = _step.Decide(command, _now);
            if (before is not null && refusal is not null)
            {
                // All but the fact that it was refused is as it was.
                (before.Version, before.UpdatedAt) = (_state.Version, _state.UpdatedAt);
                StateText.RequireEqual(before, _state, "before and after a refused patch");
            }
        }

        if (_step.IsDue(_now))
        {
            _step.Decide(RunCommand.Tick.Instance, _now);
        }

        FixedRoom.Advance(_step, _state, _now, _capacity - _state.AttemptsOut);
        foreach (var recorded in _step.Recorded.Span)
        {
            _checks.Saw(_journal.Add(recorded));
        }

        _step.Clear();
        Follow();
        Check();
        if (_step.IsDue(_now))
        {
            Step();
        }
    }

    // As the effect host does it.
    private void Follow()
    {
        if (_edition != _state.Edition)
        {
            _edition = _state.Edition;
            var live = _live.Values.ToList();
            _live.Clear();
            foreach (var attempt in live)
            {
                var task = _state.Editions.Resolve(attempt.Edition, attempt.Task);
                Assert.True(task >= 0, $"Task {attempt.Task} is under way and gone.");
                _live.Add(task, attempt);
            }
        }

        foreach (var task in _state.Agenda.Touched)
        {
            var wanted = WantedEffects.ForTask(_state, task);
            if (_live.TryGetValue(task, out var live) && live.Number != wanted?.Attempt)
            {
                _former.Add(live);
                _live.Remove(task);
            }

            if (wanted is { } attempt)
            {
                _live.TryAdd(task, new Attempt(task, attempt.Attempt, _state.Edition));
            }
        }

        _state.Agenda.Touched.Clear();
    }

    /// <summary>An attempt as the process knows it that makes it: by the number that its task had when it started.</summary>
    private sealed record Attempt(int Task, int Number, PlanEdition Edition);
}
