using OrchestrationEngine.Graphs;

namespace OrchestrationEngine.Plans;

/// <summary>
/// What must come before what: the edges between tasks and those between phases, each once, in compressed rows by the later one. References to
/// nothing and to oneself are left out; the verifier reports them. Immutable.
/// </summary>
internal sealed class PlanEdges
{
    private readonly PlanNames _names;
    private readonly int[] _taskStarts;
    private readonly int[] _taskSources;
    private readonly int[] _phaseStarts;
    private readonly int[] _phaseSources;
    private readonly bool[] _followsOnlyByOrder;

    public PlanEdges(PlanNames names)
    {
        _names = names;
        _followsOnlyByOrder = new bool[names.TaskCount];
        _taskStarts = new int[names.TaskCount + 1];
        _phaseStarts = new int[names.PhaseCount + 1];
        _taskSources = TaskSources();
        _phaseSources = PhaseSources();
    }

    public int TaskEdgeCount => _taskSources.Length;

    /// <summary>The tasks that a task waits for: first those of <c>dependsOn</c>, then those its inputs are bound to, then the one before it.</summary>
    public ReadOnlySpan<int> OfTask(int task) => _taskSources.AsSpan(_taskStarts[task].._taskStarts[task + 1]);

    public ReadOnlySpan<int> OfPhase(int phase) => _phaseSources.AsSpan(_phaseStarts[phase].._phaseStarts[phase + 1]);

    /// <summary>Whether an edge exists only because the tasks stand one after the other in a sequential phase.</summary>
    public bool IsOrderOnly(int from, int to) => from == to - 1 && _followsOnlyByOrder[to];

    public DirectedGraph TaskDependents() => DirectedGraph.FromEdges(_names.TaskCount, _taskSources, Targets(_taskStarts, _taskSources.Length));

    public DirectedGraph PhaseDependents() => DirectedGraph.FromEdges(_names.PhaseCount, _phaseSources, Targets(_phaseStarts, _phaseSources.Length));

    private int[] TaskSources()
    {
        var sources = new IntList(_names.TaskCount);
        var lastTarget = Stamps(_names.TaskCount);
        for (var task = 0; task < _names.TaskCount; task++)
        {
            lastTarget[task] = task;
            var definition = _names.Task(task);
            for (var index = 0; index < (definition?.DependsOn?.Count ?? 0); index++)
            {
                if (definition!.DependsOn![index] is { } id && _names.TryGetTask(id, out var source))
                {
                    Add(source, task);
                }
            }

            for (var index = 0; index < (definition?.Inputs?.Count ?? 0); index++)
            {
                if (_names.TryGetSource(definition!.Inputs![index]?.From, out var source))
                {
                    Add(source, task);
                }
            }

            var phase = _names.PhaseOf(task);
            if (_names.Phases[phase]!.Mode == PhaseMode.Sequential && task > _names.FirstTask(phase))
            {
                _followsOnlyByOrder[task] = Add(task - 1, task);
            }

            _taskStarts[task + 1] = sources.Count;
        }

        return sources.ToArray();

        bool Add(int source, int target)
        {
            if (lastTarget[source] == target)
            {
                return false;
            }

            lastTarget[source] = target;
            sources.Add(source);
            return true;
        }
    }

    private int[] PhaseSources()
    {
        var sources = new IntList(_names.PhaseCount);
        var lastTarget = Stamps(_names.PhaseCount);
        for (var phase = 0; phase < _names.PhaseCount; phase++)
        {
            lastTarget[phase] = phase;
            if (_names.Phases[phase]?.DependsOn is { } dependsOn)
            {
                foreach (var id in dependsOn)
                {
                    if (id is not null && _names.TryGetPhase(id, out var source) && lastTarget[source] != phase)
                    {
                        lastTarget[source] = phase;
                        sources.Add(source);
                    }
                }
            }
            else if (phase > 0)
            {
                sources.Add(phase - 1);
            }

            _phaseStarts[phase + 1] = sources.Count;
        }

        return sources.ToArray();
    }

    private static int[] Stamps(int count)
    {
        var stamps = new int[count];
        stamps.AsSpan().Fill(-1);
        return stamps;
    }

    private static int[] Targets(int[] starts, int count)
    {
        var targets = new int[count];
        for (var target = 0; target + 1 < starts.Length; target++)
        {
            targets.AsSpan(starts[target]..starts[target + 1]).Fill(target);
        }

        return targets;
    }
}
