using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Preflight;

/// <summary>One run through a plan in virtual time: the engine decides, and what the world would do comes from a queue of drawn times.</summary>
internal sealed class SimulatedRun
{
    // A loop that waits for what never comes, or a plan of a size that nobody simulates: better said than waited for.
    private const int MostSteps = 50_000_000;

    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    private readonly PlanSimulation _simulation;
    private readonly SeededRandom _random;
    private readonly RunState _state;
    private readonly RunStep _step;
    private readonly SimulatedEngine _engine;
    private readonly PriorityQueue<Happening, (long At, long Number)> _coming = new();
    private readonly List<Interval> _intervals = [];
    private readonly Dictionary<int, (int Attempt, long Since)> _out = [];
    private readonly Dictionary<int, long> _waiting = [];
    private readonly Dictionary<string, long> _held = new(StringComparer.Ordinal);
    private long _number;
    private long _now;
    private int _running;
    private int _peak;
    private decimal _cost;
    private long _tokens;

    public SimulatedRun(PlanGraph graph, PlanSimulation simulation, SeededRandom random)
    {
        (_simulation, _random) = (simulation, random);
        var created = new RunCreated { Plan = graph.Plan, Inputs = InputsOf(graph.Plan, simulation.Options) };
        _state = RunFold.Begin(new RunId("simulated"), new RecordedEvent(1, Start, created), graph, TimeSpan.Zero);
        _step = new RunStep(_state);
        _engine = new SimulatedEngine(simulation.Options);
        _state.Engine = _engine;
    }

    private DateTimeOffset Now => Start.AddTicks(_now);

    public RoundResult Go()
    {
        Do(new RunCommand.Start());
        for (var steps = 0; !_state.IsTerminal && steps < MostSteps && TryNext(out var happening); steps++)
        {
            Do(happening);
        }

        return new RoundResult
        {
            // What is left then waits for something that no simulation sends, and would wait for ever.
            Status = _state.IsTerminal ? _state.Status : RunStatus.Running,
            Makespan = _now,
            Cost = _cost,
            Tokens = _tokens,
            Peak = _peak,
            Intervals = _intervals,
            Held = _held,
        };
    }

    private static JsonData InputsOf(OrchestrationPlan plan, SimulationOptions options)
    {
        var values = plan.Inputs.ToDictionary(
            input => input.Name,
            input => input.Name == PlanGuess.UnknownList
                ? JsonData.Parse($"[{string.Join(',', Enumerable.Range(0, options.UnknownItems))}]")
                : options.Inputs.TryGetValue(input.Name, out var given) ? given : input.Default ?? JsonData.Null,
            StringComparer.Ordinal);
        return JsonData.Parse("{" + string.Join(',', values.Select(value => $"{JsonData.String(value.Key)}:{value.Value}")) + "}");
    }

    // What comes next of its own accord, or the clock of the run itself; null for the latter.
    private bool TryNext(out RunCommand? command)
    {
        command = null;
        var due = _state.Agenda.Due.Next(_state) is { } ticks ? Math.Max(ticks - Start.UtcTicks, _now) : (long?)null;
        while (_coming.TryPeek(out var happening, out var place))
        {
            if (due < place.At)
            {
                break;
            }

            _coming.Dequeue();
            if (happening.Attempt == 0 ? !_state.IsTerminal : _out.TryGetValue(happening.Task, out var live) && live.Attempt == happening.Attempt)
            {
                Pass(place.At);
                command = happening.Command;
                return true;
            }
        }

        if (due is not { } at)
        {
            return false;
        }

        Pass(at);
        return true;
    }

    private void Pass(long at)
    {
        foreach (var limit in HeldBy())
        {
            _held[limit] = _held.GetValueOrDefault(limit) + (at - _now);
        }

        _now = at;
    }

    private IEnumerable<string> HeldBy()
    {
        if (_state.Agenda.HasReady(_state) && _state.OwnRoom <= 0)
        {
            yield return "plan";
        }

        foreach (var gate in _state.Agenda.ClosedGates(_state))
        {
            if (NameOf(gate) is { } name)
            {
                yield return name;
            }
        }
    }

    // What waits for its milestone waits for the plan's own doings, not for a limit.
    private string? NameOf(Gate gate) => gate.Kind switch
    {
        GateKind.PhaseRoom => $"phase {_state.Graph.Phase(gate.Index).Id}",
        GateKind.RunRoom => "plan",
        GateKind.Items => $"items of {_state.Definition(gate.Index).Id}",
        GateKind.EngineRoom => _engine.Name(gate),
        GateKind.Lock when _state.Locks!.Missing(gate.Index) is >= 0 and var missing => $"lock {_state.Graph.Locks!.Name(missing)}",
        GateKind.Turns => "one at a time",
        _ => null,
    };

    private void Do(RunCommand? command)
    {
        _step.Decide(command ?? RunCommand.Tick.Instance, Now);
        _step.Advance(Now);
        foreach (var recorded in _step.Recorded.Span)
        {
            Follow(recorded.Event);
        }

        _step.Clear();
        var before = _running;
        foreach (var task in _state.Agenda.Touched)
        {
            Reconcile(task);
        }

        _state.Agenda.Touched.Clear();
        if (_running < before)
        {
            // What was given back may let something start now.
            Do(RunCommand.Tick.Instance);
        }
    }

    private void Follow(RunEvent fact)
    {
        if (fact is TaskWaiting waiting && _state.TryFind(waiting.Task, waiting.Item, out var waits))
        {
            _waiting[waits] = _now;
            foreach (var signal in waiting.Signals?.Values ?? [])
            {
                var after = (_simulation.Options.Signals.GetValueOrDefault(signal) ?? _simulation.Options.UnknownSignal).Draw(_random);
                var id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_number}");
                _coming.Enqueue(new Happening(waits, 0, new RunCommand.Signal(id, signal, JsonData.Null)), (_now + after.Ticks, _number++));
            }
        }
        else if (fact is TaskEvent its && _state.TryFind(its.Task, its.Item, out var task) && _waiting.Remove(task, out var since) && _state.Task(task).Status.IsTerminal())
        {
            _intervals.Add(new Interval(_state.TaskOf(task), since, _now, IsSignal(task)));
        }
    }

    // Attempts that the engine wants begin or stop; those that it no longer knows are over.
    private void Reconcile(int task)
    {
        var wanted = WantedEffects.ForTask(_state, task);
        if (_out.TryGetValue(task, out var live) && live.Attempt != wanted?.Attempt)
        {
            _out.Remove(task);
            Return(task);
            _intervals.Add(new Interval(_state.TaskOf(task), live.Since, _now, IsSignal: false));
        }

        if (wanted is not { } attempt)
        {
            return;
        }

        if (!_out.ContainsKey(task))
        {
            Begin(task, attempt.Attempt);
        }
        else if (attempt.Stop)
        {
            Expect(TimeSpan.Zero, task, attempt.Attempt, Failed(task, attempt.Attempt, FailureClass.Canceled));
        }
    }

    private void Return(int task)
    {
        if (!IsChild(task))
        {
            _running--;
            _engine.Release(_state, task);
        }
    }

    private void Begin(int task, int attempt)
    {
        var definition = _state.Definition(task);
        _out[task] = (attempt, _now);
        if (_simulation.ChildOf(definition) is { } plan)
        {
            var child = plan.Round(_random);
            Spend(child.Cost, child.Tokens);
            Expect(
                TimeSpan.FromTicks(child.Makespan),
                task,
                attempt,
                child.Status == RunStatus.Succeeded ? Succeeded(task, attempt) : Failed(task, attempt, FailureClass.Unavailable));
            return;
        }

        _running += IsChild(task) ? 0 : 1;
        _peak = Math.Max(_peak, _running);
        Spend(definition.EstimatedCost ?? 0, definition.EstimatedTokens ?? 0);
        var fails = _random.Chance(_simulation.Options.FailureRates.GetValueOrDefault(definition.Id));
        Expect(
            _simulation.DurationOf(definition).Draw(_random),
            task,
            attempt,
            fails ? Failed(task, attempt, FailureClass.Unavailable) : Succeeded(task, attempt));
    }

    private void Spend(decimal cost, long tokens)
    {
        _cost += cost;
        _tokens += tokens;
    }

    private void Expect(TimeSpan after, int task, int attempt, RunCommand command)
        => _coming.Enqueue(new Happening(task, attempt, command), (_now + after.Ticks, _number++));

    private RunCommand.ReportSuccess Succeeded(int task, int attempt)
        => new(task, attempt, _simulation.Options.Outputs.GetValueOrDefault(_state.Definition(task).Id));

    private RunCommand.ReportFailure Failed(int task, int attempt, FailureClass kind)
        => new(task, attempt, Failure.Of(kind, "Simulated."), Retryable: true, null, _random.Next());

    private bool IsChild(int task) => _state.Definition(task).SubPlan is not null;

    private bool IsSignal(int task) => _state.Definition(task).Wait?.Branches.Any(branch => branch.Signal is not null) == true;

    private readonly record struct Happening(int Task, int Attempt, RunCommand Command);
}
