using System.Globalization;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Drawing;

/// <summary>Makes the picture of a plan or a run.</summary>
internal sealed class PictureMaker
{
    private readonly OrchestrationPlan _plan;
    private readonly RunSnapshot? _run;
    private readonly DrawingOptions _options;
    private readonly PlanNames _names;
    private readonly PlanEdges _edges;
    private readonly HashSet<int> _critical;

    public PictureMaker(OrchestrationPlan plan, RunSnapshot? run, DrawingOptions options)
    {
        (_plan, _run, _options) = (plan, run, options);
        _names = new PlanNames(plan);
        _edges = new PlanEdges(_names);
        _critical = Critical(_names, _edges);
    }

    public Picture Make()
    {
        var clusters = Enumerable.Range(0, _names.PhaseCount).Select(Cluster).ToList();
        var title = _run is null ? $"{_plan.Name ?? _plan.Id} {_plan.Version}" : $"{_run.Id}: {_plan.Name ?? _plan.Id} {_plan.Version}, {Words(_run.Status)}";
        return new Picture(title, clusters, [.. Edges(clusters)]);
    }

    private static HashSet<int> Critical(PlanNames names, PlanEdges edges)
    {
        var combined = new CombinedGraph(names, edges);
        var weights = new double[combined.VertexCount];
        for (var task = 0; task < names.TaskCount; task++)
        {
            weights[task] = (names.Task(task)!.Estimate ?? TimeSpan.FromSeconds(1)).Ticks;
        }

        return [.. combined.Build().LongestPath(weights).Vertices.Where(vertex => vertex < names.TaskCount)];
    }

    private static string NameOf(int task) => string.Create(CultureInfo.InvariantCulture, $"t{task}");

    private static string Words(Enum state) => state.ToString().ToLowerInvariant();

    private bool IsFolded(int phase) => _names.EndTask(phase) - _names.FirstTask(phase) > _options.MaxTasksPerPhase;

    private PictureCluster Cluster(int phase)
    {
        var definition = _names.Phases[phase]!;
        var label = new List<string> { definition.Name ?? definition.Id };
        if (definition.When is { } when)
        {
            label.Add($"when {when.Text}");
        }

        if (definition.Repeat is { } repeat)
        {
            label.Add(Loop(repeat));
        }

        var state = _run?.Phases[phase];
        if (state is { Status: not RunPhaseStatus.Pending })
        {
            label.Add(Words(state.Status));
        }

        return new PictureCluster(phase, label, Nodes(phase), state is null ? Paint.Plain : PaintOf(state.Status));
    }

    private List<PictureNode> Nodes(int phase)
    {
        var (first, end) = (_names.FirstTask(phase), _names.EndTask(phase));
        var paint = _run is null ? Paint.Plain : PaintOf(_run.Phases[phase].Status);
        if (first == end || IsFolded(phase))
        {
            var text = first == end ? "no tasks" : string.Create(CultureInfo.InvariantCulture, $"{end - first:N0} tasks");
            var isCritical = _critical.Any(task => task >= first && task < end);
            return [new PictureNode(string.Create(CultureInfo.InvariantCulture, $"p{phase}"), [text], NodeKind.Placeholder, paint, isCritical)];
        }

        return [.. Enumerable.Range(first, end - first).Select(Node)];
    }

    private PictureNode Node(int task)
    {
        var definition = _names.Task(task)!;
        var kind = definition switch
        {
            { Wait: not null } => NodeKind.Wait,
            { SubPlan: not null } => NodeKind.SubPlan,
            { End: not null } => NodeKind.End,
            _ => NodeKind.Agent,
        };
        var state = _run?.Tasks[task];
        return new PictureNode(NameOf(task), [.. Label(definition, state)], kind, state is null ? Paint.Plain : PaintOf(state.Status), _critical.Contains(task));
    }

    private static IEnumerable<string> Label(TaskDefinition task, RunTask? state)
    {
        yield return task.Name ?? task.Id;
        if (Doer(task) is { } doer)
        {
            yield return doer;
        }

        if (task.Join.Kind != JoinKind.All)
        {
            yield return $"join {JoinText(task.Join)}";
        }

        if (task.When is { } when)
        {
            yield return $"when {when.Text}";
        }

        if (task.ForEach is { } each)
        {
            yield return $"for each of {each.Items.Text}";
        }

        if (task.Repeat is { } repeat)
        {
            yield return Loop(repeat);
        }

        if (state is { Status: not RunTaskStatus.Pending })
        {
            yield return Words(state.Status);
        }
    }

    private static string? Doer(TaskDefinition task) => task switch
    {
        { Agent: { } agent } => agent,
        { SubPlan: { } sub } => $"plan {sub.Id ?? sub.Inline?.Id}",
        { Wait: { } wait } => "waits for " + string.Join(" or ", wait.Branches.Select(Branch)),
        { End: { } end } => $"ends the run: {Words(end.Status)}",
        _ => null,
    };

    private static string Branch(WaitBranch branch) => branch switch
    {
        { Signal: { } signal } => $"signal {signal.Text}",
        { After: { } after } => PlanDuration.Format(after),
        _ => branch.At?.Text ?? branch.Name,
    };

    private static string JoinText(JoinDefinition join) => join.Kind switch
    {
        JoinKind.AtLeast => string.Create(CultureInfo.InvariantCulture, $"at least {join.Count}"),
        JoinKind.Until => $"until {join.Condition?.Text}",
        _ => Words(join.Kind),
    };

    private static string Loop(RepeatDefinition repeat) => string.Create(CultureInfo.InvariantCulture, $"until {repeat.Until.Text}, at most {repeat.Max} times");

    private IEnumerable<PictureEdge> Edges(List<PictureCluster> clusters)
    {
        for (var task = 0; task < _names.TaskCount; task++)
        {
            if (!IsFolded(_names.PhaseOf(task)))
            {
                foreach (var edge in OfTask(task))
                {
                    yield return edge;
                }
            }
        }

        for (var phase = 0; phase < _names.PhaseCount; phase++)
        {
            foreach (var earlier in _edges.OfPhase(phase).ToArray())
            {
                yield return new PictureEdge(clusters[earlier].Nodes[^1].Name, clusters[phase].Nodes[0].Name, EdgeKind.Phase, false, earlier, phase);
            }
        }
    }

    private IEnumerable<PictureEdge> OfTask(int task)
    {
        foreach (var (earlier, kind) in _edges.JoinsOf(task).ToArray().Select(earlier => (earlier, EdgeKind.Join))
            .Concat(_edges.OrdersOf(task).ToArray().Select(earlier => (earlier, EdgeKind.Order))))
        {
            if (!IsFolded(_names.PhaseOf(earlier)))
            {
                yield return new PictureEdge(NameOf(earlier), NameOf(task), kind, _critical.Contains(earlier) && _critical.Contains(task))
                {
                    Reason = _edges.IsDerived(earlier, task) ? EdgeReasons.Of(_names, _edges, earlier, task) : null,
                };
            }
        }
    }

    private static Paint PaintOf(RunTaskStatus status) => status switch
    {
        RunTaskStatus.Pending => Paint.Plain,
        RunTaskStatus.Succeeded => Paint.Done,
        RunTaskStatus.Failed or RunTaskStatus.Quarantined => Paint.Failed,
        RunTaskStatus.Skipped or RunTaskStatus.Canceled => Paint.LeftOut,
        _ => Paint.Active,
    };

    private static Paint PaintOf(RunPhaseStatus status) => status switch
    {
        RunPhaseStatus.Pending => Paint.Plain,
        RunPhaseStatus.Completed => Paint.Done,
        RunPhaseStatus.Failed => Paint.Failed,
        RunPhaseStatus.Skipped or RunPhaseStatus.Canceled => Paint.LeftOut,
        _ => Paint.Active,
    };
}
