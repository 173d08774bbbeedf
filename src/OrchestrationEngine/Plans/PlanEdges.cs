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
    private readonly EdgeRows _phases;

    public PlanEdges(PlanNames names)
    {
        _names = names;
        _joins = new EdgeRows(names.TaskCount);
        _orders = new EdgeRows(names.TaskCount);
        _phases = new EdgeRows(names.PhaseCount);
        AddTasks();
        AddPhases();
    }

    public int TaskEdgeCount => _joins.Count + _orders.Count;

    /// <summary>The tasks whose results a task is about: first those of <c>dependsOn</c>, then those its inputs are bound to.</summary>
    public ReadOnlySpan<int> JoinsOf(int task) => _joins.Sources(task);

    /// <summary>The tasks that must have ended before a task, whatever became of them.</summary>
    public ReadOnlySpan<int> OrdersOf(int task) => _orders.Sources(task);

    public ReadOnlySpan<int> OfPhase(int phase) => _phases.Sources(phase);

    /// <summary>Whether a task must have ended before another only because they stand so in a sequential phase.</summary>
    public bool IsOrderOnly(int from, int to) => OrdersOf(to).Contains(from);

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
        if (task.ForEach?.Items is { } items)
        {
            AddSources(_joins, items.References);
        }

        AddOrders(task, task.When?.References);
        AddOrders(task, task.SkipWhen?.Condition?.References);
        AddOrders(task, task.End?.Reason?.References);
        for (var index = 0; index < (task.Wait?.Branches?.Count ?? 0); index++)
        {
            var branch = task.Wait!.Branches![index];
            AddOrders(task, branch?.At?.References);
            AddOrders(task, branch?.Signal?.References);
            AddOrders(task, branch?.Where?.References);
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
