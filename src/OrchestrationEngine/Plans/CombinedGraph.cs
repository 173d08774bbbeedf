using OrchestrationEngine.Graphs;

namespace OrchestrationEngine.Plans;

/// <summary>
/// Tasks and phases in one graph: the start of a phase comes before its tasks, these before its end, its end before the start of the phases
/// that depend on it, and a task before the tasks that depend on it and before the branch of its choice that is decided after it. An order exists exactly when this graph has no cycle. Immutable.
/// </summary>
internal sealed class CombinedGraph(PlanNames names, PlanEdges edges, bool withChoices = true)
{
    public int VertexCount => names.TaskCount + (2 * names.PhaseCount);

    /// <summary>Makes the graph.</summary>
    /// <param name="without">Vertices whose edges are left out; null for none.</param>
    public DirectedGraph Build(bool[]? without = null) => Build(without, null, null, 0);

    /// <summary>Makes the graph with vertices and edges besides.</summary>
    public DirectedGraph Build(IntList moreSources, IntList moreTargets, int moreVertices) => Build(null, moreSources, moreTargets, moreVertices);

    private DirectedGraph Build(bool[]? without, IntList? moreSources, IntList? moreTargets, int moreVertices)
    {
        var (sources, targets) = (new IntList(edges.TaskEdgeCount + (3 * names.TaskCount)), new IntList(edges.TaskEdgeCount + (3 * names.TaskCount)));
        for (var phase = 0; phase < names.PhaseCount; phase++)
        {
            foreach (var earlier in edges.OfPhase(phase))
            {
                Add(EndOf(earlier), StartOf(phase));
            }

            Add(StartOf(phase), EndOf(phase));
            for (var task = names.FirstTask(phase); task < names.EndTask(phase); task++)
            {
                Add(StartOf(phase), task);
                foreach (var earlier in edges.JoinsOf(task))
                {
                    Add(earlier, task);
                }

                foreach (var earlier in edges.OrdersOf(task))
                {
                    Add(earlier, task);
                }

                if (withChoices && edges.ChoiceBefore(task) is >= 0 and var branch)
                {
                    Add(branch, task);
                }

                Add(task, EndOf(phase));
            }
        }

        for (var edge = 0; edge < (moreSources?.Count ?? 0); edge++)
        {
            Add(moreSources!.AsSpan()[edge], moreTargets!.AsSpan()[edge]);
        }

        return DirectedGraph.FromEdges(VertexCount + moreVertices, sources.AsSpan(), targets.AsSpan());

        void Add(int source, int target)
        {
            if (without is null || !(without[source] || without[target]))
            {
                sources.Add(source);
                targets.Add(target);
            }
        }
    }

    /// <summary>A vertex in words.</summary>
    public string Describe(int vertex)
    {
        if (vertex < names.TaskCount)
        {
            return $"task '{names.Task(vertex)?.Id}'";
        }

        var phase = names.Phases[(vertex - names.TaskCount) / 2];
        return (vertex - names.TaskCount) % 2 == 0 ? $"start of phase '{phase?.Id}'" : $"end of phase '{phase?.Id}'";
    }

    public PlanPointer PointerTo(int vertex)
        => vertex < names.TaskCount ? names.PointerTo(vertex) : PlanPointer.Phase((vertex - names.TaskCount) / 2);

    public int StartOf(int phase) => names.TaskCount + (2 * phase);

    public int EndOf(int phase) => names.TaskCount + (2 * phase) + 1;
}
