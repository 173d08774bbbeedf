using OrchestrationEngine.Expressions;
using OrchestrationEngine.Graphs;

namespace OrchestrationEngine.Plans;

/// <summary>
/// What must come before what: the edges between tasks and those between phases, each once, in compressed rows by the later one. Edges between
/// tasks are of two kinds: over <em>join</em> edges something is handed on, and the task's join counts them; over <em>order</em> edges nothing is, the
/// earlier one must only have ended. References to nothing and to oneself are left out; the verifier reports them. Immutable.
/// </summary>
internal sealed class PlanEdges
{
    private readonly PlanNames _names;
    private readonly EdgeRows _joins;
    private readonly EdgeRows _orders;
    private readonly EdgeRows _plannedOrders;
    private readonly EdgeRows _phases;
    private DirectedGraph? _phasesBefore;
    private (int Phase, bool[]? Before) _lastBefore;
    private int[]? _choiceBefore;

    public PlanEdges(PlanNames names)
    {
        _names = names;
        _joins = new EdgeRows(names.TaskCount);
        _orders = new EdgeRows(names.TaskCount);
        _phases = new EdgeRows(names.PhaseCount);
        AddTasks();
        AddPhases();
        _plannedOrders = _orders;
        if (SmartEdges.Derive(names, this) is { } derived)
        {
            _orders = WithDerived(derived.Sources, derived.Targets);
        }
    }

    public int TaskEdgeCount => _joins.Count + _orders.Count;

    /// <summary>The tasks whose results a task is about: first those of <c>dependsOn</c>, then those its inputs are bound to.</summary>
    public ReadOnlySpan<int> JoinsOf(int task) => _joins.Sources(task);

    /// <summary>The tasks that must have ended before a task, whatever became of them.</summary>
    public ReadOnlySpan<int> OrdersOf(int task) => _orders.Sources(task);

    public ReadOnlySpan<int> OfPhase(int phase) => _phases.Sources(phase);

    /// <summary>The branch of the same choice that is decided just before a task; -1 for none.</summary>
    public int ChoiceBefore(int task) => _choiceBefore?[task] ?? -1;

    /// <summary>Whether smart mode alone makes a task come before another.</summary>
    public bool IsDerived(int from, int to) => OrdersOf(to).Contains(from) && !_plannedOrders.Sources(to).Contains(from);

    /// <summary>The phases that a phase waits for, directly or not, and itself.</summary>
    public bool[] PhasesBefore(int phase)
    {
        if (_lastBefore.Phase != phase || _lastBefore.Before is null)
        {
            _phasesBefore ??= PhaseDependents().Reverse();
            _lastBefore = (phase, _phasesBefore.ReachableFrom(phase));
        }

        return _lastBefore.Before;
    }

    public DirectedGraph JoinDependents() => _joins.Reverse();

    public DirectedGraph OrderDependents() => _orders.Reverse();

    public DirectedGraph PhaseDependents() => _phases.Reverse();

    private void AddTasks()
    {
        for (var task = 0; task < _names.TaskCount; task++)
        {
            _joins.Begin(task);
            _orders.Begin(task);
            var definition = _names.Task(task);
            for (var index = 0; index < (definition?.DependsOn?.Count ?? 0); index++)
            {
                if (definition!.DependsOn![index] is { } id && _names.TryGetTask(id, out var source))
                {
                    _joins.Add(source);
                }
            }

            for (var index = 0; index < (definition?.Inputs?.Count ?? 0); index++)
            {
                if (_names.TryGetSource(definition!.Inputs![index]?.From, out var source))
                {
                    _joins.Add(source);
                }
                else if (definition.Inputs[index]?.Template is { } template)
                {
                    AddSources(_joins, template.References);
                }
            }

            foreach (var (sender, _) in _names.SendersTo(task))
            {
                _joins.Add(sender);
            }

            if (definition is { IsPlain: false })
            {
                AddFlow(definition);
            }

            var phase = _names.PhaseOf(task);
            if (_names.Phases[phase]!.Mode == PhaseMode.Sequential && task > _names.FirstTask(phase))
            {
                AddOrder(task - 1, definition);
            }

            _joins.End(task);
            _orders.End(task);
        }
    }

    private void AddFlow(TaskDefinition task)
    {
        if (task.Choice is not null && _choiceBefore is null)
        {
            AddChoices();
        }

        if (task.ForEach?.Items is { } items)
        {
            AddSources(_joins, items.References);
        }

        AddOrders(task, task.When?.References);
        AddOrders(task, task.SkipWhen?.Condition?.References);
        AddOrders(task, task.End?.Reason?.References);
        AddOrders(task, task.Memo?.Key?.References);
        for (var index = 0; index < (task.Wait?.Branches?.Count ?? 0); index++)
        {
            var branch = task.Wait!.Branches![index];
            AddOrders(task, branch?.At?.References);
            AddOrders(task, branch?.Signal?.References);
            AddOrders(task, branch?.Where?.References);
        }
    }

    private void AddChoices()
    {
        _choiceBefore = new int[_names.TaskCount];
        _choiceBefore.AsSpan().Fill(-1);
        var last = new Dictionary<(int Phase, string Name), int>();
        for (var task = 0; task < _names.TaskCount; task++)
        {
            if (_names.Task(task)?.Choice is { } name)
            {
                _choiceBefore[task] = last.GetValueOrDefault((_names.PhaseOf(task), name), -1);
                last[(_names.PhaseOf(task), name)] = task;
            }
        }
    }

    private void AddSources(EdgeRows rows, IReadOnlyList<DataPath> references)
    {
        for (var index = 0; index < references.Count; index++)
        {
            if (_names.TryGetSource(references[index], out var source))
            {
                rows.Add(source);
            }
        }
    }

    private void AddOrders(TaskDefinition task, IReadOnlyList<DataPath>? references)
    {
        for (var index = 0; index < (references?.Count ?? 0); index++)
        {
            if (_names.TryGetSource(references![index], out var source))
            {
                AddOrder(source, task);
            }
        }
    }

    // A join of all waits for each of its sources anyway; any other may be complete before.
    private void AddOrder(int source, TaskDefinition? task)
    {
        if (!_joins.Has(source) || task?.Join?.Kind is not (null or JoinKind.All))
        {
            _orders.Add(source);
        }
    }

    // A join of all waits for each of its sources anyway, so that the derived edge would say nothing.
    private EdgeRows WithDerived(IntList sources, IntList targets)
    {
        var derived = DirectedGraph.FromEdges(_names.TaskCount, targets.AsSpan(), sources.AsSpan());
        var rows = new EdgeRows(_names.TaskCount);
        for (var task = 0; task < _names.TaskCount; task++)
        {
            rows.Begin(task);
            foreach (var source in _plannedOrders.Sources(task))
            {
                rows.Add(source);
            }

            foreach (var source in derived.Successors(task))
            {
                if (_names.Task(task)!.Join?.Kind is not (null or JoinKind.All) || !JoinsOf(task).Contains(source))
                {
                    rows.Add(source);
                }
            }

            rows.End(task);
        }

        return rows;
    }

    private void AddPhases()
    {
        for (var phase = 0; phase < _names.PhaseCount; phase++)
        {
            _phases.Begin(phase);
            if (_names.Phases[phase]?.DependsOn is { } dependsOn)
            {
                foreach (var id in dependsOn)
                {
                    if (id is not null && _names.TryGetPhase(id, out var source))
                    {
                        _phases.Add(source);
                    }
                }
            }
            else if (phase > 0)
            {
                _phases.Add(phase - 1);
            }

            _phases.End(phase);
        }
    }
}
