using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// The parts of outputs that stay in the journal however large they are, for what decides about the run looks into them: conditions, the ends of loops, the
/// lists that tasks are done for, the plan's outputs. What only agents are given may be moved. Made of a plan; immutable.
/// </summary>
internal sealed class KeptMembers
{
    private readonly PlanGraph _graph;

    // No set: all of it.
    private readonly Dictionary<int, HashSet<string>?> _kept = [];

    private KeptMembers(PlanGraph graph) => _graph = graph;

    /// <summary>Reads a plan.</summary>
    public static KeptMembers Of(PlanGraph graph)
    {
        var kept = new KeptMembers(graph);
        for (var task = 0; task < graph.TaskCount; task++)
        {
            kept.AddTask(graph.Task(task));
        }

        for (var phase = 0; phase < graph.PhaseCount; phase++)
        {
            kept.Add(graph.Phase(phase).When?.References);
            kept.Add(graph.Phase(phase).Repeat?.Until.References);
        }

        kept.AddInputs(graph.Plan.Outputs);
        return kept;
    }

    /// <summary>Whether all of a task's output stays.</summary>
    public bool AllOf(int task) => _kept.TryGetValue(task, out var members) && members is null;

    /// <summary>Whether anything of a task's output stays.</summary>
    public bool AnyOf(int task) => _kept.ContainsKey(task);

    /// <summary>Whether a member of a task's output stays.</summary>
    public bool IsKept(int task, string member) => _kept.TryGetValue(task, out var members) && (members is null || members.Contains(member));

    private void AddTask(TaskDefinition task)
    {
        if (task.IsPlain)
        {
            return;
        }

        Add(task.When?.References);
        Add(task.SkipWhen?.Condition.References);
        Add(task.Guard?.References);
        Add(task.Repeat?.Until.References);
        Add(task.ForEach?.Items.References);
        Add(task.ForEach?.Join.Condition?.References);
        Add(task.Join.Condition?.References);
        Add(task.End?.Reason?.References);
        foreach (var branch in task.Wait?.Branches ?? [])
        {
            Add(branch.At?.References);
            Add(branch.Signal?.References);
            Add(branch.Where?.References);
        }

        if (task.SubPlan is not null)
        {
            AddInputs(task.Inputs);
        }
    }

    // What is taken whole may be a reference, and is made a value again where it goes.
    private void AddInputs(IReadOnlyList<TaskInput> inputs)
    {
        foreach (var input in inputs)
        {
            if (input.Template is { } template)
            {
                Add(template.References);
            }
            else if (input.From is { Segments.Count: > 3 } path)
            {
                Add([path]);
            }
        }
    }

    private void Add(IReadOnlyList<DataPath>? paths)
    {
        foreach (var path in paths ?? [])
        {
            if (path is not { Root: "tasks", Segments: [{ Key: { } id }, { Key: "output" or "outputs" }, ..] } || !_graph.TryGetTask(id, out var task))
            {
                continue;
            }

            var isPlain = path.Segments[1].Key == "output" && _graph.Task(task) is { ForEach: null, Join.Kind: not JoinKind.Each };
            if (!isPlain || path.Segments.Count < 3 || path.Segments[2].Key is not { } member)
            {
                _kept[task] = null;
            }
            else if (!_kept.TryGetValue(task, out var members))
            {
                _kept[task] = new HashSet<string>(StringComparer.Ordinal) { member };
            }
            else
            {
                members?.Add(member);
            }
        }
    }
}
