using System.Runtime.InteropServices;
using OrchestrationEngine.Graphs;

namespace OrchestrationEngine.Plans;

/// <summary>
/// The order in which smart mode settles conflicts: what is said to depend on something comes after it; then, what writes a thing comes before
/// what reads it; then the order of the plan decides. Where the dependencies make it impossible that all writers of a thing come before its readers,
/// the order of the plan decides for that thing.
/// </summary>
internal static class SmartOrder
{
    /// <summary>Gives the tasks in order, or null when the dependencies are circular.</summary>
    public static int[]? Of(PlanNames names, PlanEdges edges)
    {
        var (sources, targets, hubs) = Hubs(names);
        var combined = new CombinedGraph(names, edges);
        var graph = combined.Build(sources, targets, hubs);
        if (hubs == 0 || Sort(graph, names.TaskCount) is not { } order)
        {
            order = hubs == 0 ? Sort(graph, names.TaskCount) : Sort(WithoutCircles(combined, graph, sources, targets, hubs), names.TaskCount);
        }

        return order;
    }

    // Between the writers and the readers of a thing stands a vertex, so that there are as many edges as declarations and not as pairs.
    private static (IntList Sources, IntList Targets, int Hubs) Hubs(PlanNames names)
    {
        var things = new Dictionary<string, (bool IsWritten, bool IsRead)>(StringComparer.Ordinal);
        foreach (var task in SmartTasks(names))
        {
            var definition = names.Task(task)!;
            foreach (var thing in definition.Writes)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(things, thing, out _).IsWritten = true;
            }

            foreach (var thing in definition.Reads)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(things, thing, out _).IsRead |= !definition.Writes.Contains(thing);
            }
        }

        var hubs = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (thing, use) in things)
        {
            if (use is { IsWritten: true, IsRead: true })
            {
                hubs.Add(thing, names.TaskCount + (2 * names.PhaseCount) + hubs.Count);
            }
        }

        var (sources, targets) = (new IntList(4), new IntList(4));
        foreach (var task in hubs.Count == 0 ? [] : SmartTasks(names))
        {
            var definition = names.Task(task)!;
            foreach (var thing in definition.Writes.Distinct())
            {
                if (hubs.TryGetValue(thing, out var hub))
                {
                    sources.Add(task);
                    targets.Add(hub);
                }
            }

            foreach (var thing in definition.Reads.Distinct())
            {
                if (hubs.TryGetValue(thing, out var hub) && !definition.Writes.Contains(thing))
                {
                    sources.Add(hub);
                    targets.Add(task);
                }
            }
        }

        return (sources, targets, hubs.Count);
    }

    public static IEnumerable<int> SmartTasks(PlanNames names)
    {
        for (var phase = 0; phase < names.PhaseCount; phase++)
        {
            for (var task = names.FirstTask(phase); names.Phases[phase] is { Mode: PhaseMode.Smart } && task < names.EndTask(phase); task++)
            {
                if (IsWhole(names.Task(task)))
                {
                    yield return task;
                }
            }
        }
    }

    /// <summary>Whether a task of a plan made in code has no gaps in what it declares.</summary>
    public static bool IsWhole(TaskDefinition? task)
        => task is { Reads: not null, Writes: not null, Exclusive: not null }
            && (task.IsPlain || !(task.Reads.Contains(null!) || task.Writes.Contains(null!) || task.Exclusive.Contains(null!)));

    private static DirectedGraph WithoutCircles(CombinedGraph combined, DirectedGraph graph, IntList sources, IntList targets, int hubs)
    {
        var component = StrongComponents.Find(graph, out var isCircle);
        var (left, right) = (new IntList(sources.Count), new IntList(sources.Count));
        for (var edge = 0; edge < sources.Count; edge++)
        {
            var (source, target) = (sources.AsSpan()[edge], targets.AsSpan()[edge]);
            if (!isCircle[component[Math.Max(source, target)]])
            {
                left.Add(source);
                right.Add(target);
            }
        }

        return combined.Build(left, right, hubs);
    }

    // What is no task is taken as soon as it can be; of the tasks the first in the plan.
    private static int[]? Sort(DirectedGraph graph, int tasks)
    {
        var missing = graph.InDegrees();
        var ready = new PriorityQueue<int, int>();
        var free = new Stack<int>();
        for (var vertex = 0; vertex < missing.Length; vertex++)
        {
            if (missing[vertex] == 0)
            {
                Take(vertex);
            }
        }

        var order = new int[tasks];
        var count = 0;
        while (true)
        {
            if (!free.TryPop(out var vertex))
            {
                if (!ready.TryDequeue(out vertex, out _))
                {
                    break;
                }

                order[count++] = vertex;
            }

            foreach (var successor in graph.Successors(vertex))
            {
                if (--missing[successor] == 0)
                {
                    Take(successor);
                }
            }
        }

        return count == tasks ? order : null;

        void Take(int vertex)
        {
            if (vertex < tasks)
            {
                ready.Enqueue(vertex, vertex);
            }
            else
            {
                free.Push(vertex);
            }
        }
    }
}
