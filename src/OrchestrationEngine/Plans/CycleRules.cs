namespace OrchestrationEngine.Plans;

/// <summary>That the plan has an order at all: nothing waits, directly or around several corners, for itself.</summary>
internal static class CycleRules
{
    private const int MostCycles = 10;
    private const int LongestShown = 16;

    /// <summary>Checks the order.</summary>
    /// <returns>Whether there is one.</returns>
    public static bool Check(PlanCheck check)
    {
        if (check.Edges.TaskEdgeCount > check.Limits.MaxEdges)
        {
            check.Problem(
                PlanProblemKinds.PlanTooLarge,
                PlanPointer.Plan.Member("phases"),
                FormattableString.Invariant($"The plan has {check.Edges.TaskEdgeCount:N0} edges between tasks; the limit is {check.Limits.MaxEdges:N0} ({nameof(PlanLimits)}.{nameof(PlanLimits.MaxEdges)})."));
            return false;
        }

        // Cycles without a vertex in common are all found, by looking again without those already found.
        var combined = new CombinedGraph(check.Names, check.Edges);
        var cycles = new List<int[]>();
        bool[]? without = null;
        while (cycles.Count < MostCycles && !check.IsFull && combined.Build(without).FindCycle() is { } cycle)
        {
            cycles.Add(cycle);
            without ??= new bool[combined.VertexCount];
            foreach (var vertex in cycle)
            {
                without[vertex] = true;
            }
        }

        foreach (var cycle in cycles.OrderBy(cycle => cycle[0]))
        {
            check.Problem(PlanProblemKinds.Circle, combined.PointerTo(cycle[0]), Describe(check, combined, cycle), Name(check, cycle));
        }

        return cycles.Count == 0;
    }

    private static string? Name(PlanCheck check, int[] cycle) => cycle[0] < check.Names.TaskCount ? check.Names.Task(cycle[0])?.Id : null;

    private static string Describe(PlanCheck check, CombinedGraph combined, int[] cycle)
    {
        var steps = cycle.Select(combined.Describe);
        if (cycle.Length > LongestShown)
        {
            var left = FormattableString.Invariant($"({cycle.Length - LongestShown:N0} more)");
            steps = [.. steps.Take(LongestShown / 2), left, .. steps.TakeLast(LongestShown / 2)];
        }

        return $"There is no order in which this could run: {string.Join(" -> ", steps)}. Each waits for the one before it.{Hint(check, cycle)}";
    }

    // The order of a sequential phase and of a choice, and handoffs, are reasons for waiting that nobody wrote down.
    private static string Hint(PlanCheck check, int[] cycle)
    {
        for (var step = 0; step + 1 < cycle.Length; step++)
        {
            var (from, to) = (cycle[step], cycle[step + 1]);
            if (from < check.Names.TaskCount && to < check.Names.TaskCount && check.Names.SendersTo(to).FirstOrDefault(sender => sender.From == from) is { Id: { } handoff })
            {
                return $" By the handoff '{handoff}', '{check.Names.Task(to)!.Id}' waits for '{check.Names.Task(from)!.Id}'.";
            }

            if (from < check.Names.TaskCount && to < check.Names.TaskCount && check.Edges.ChoiceBefore(to) == from)
            {
                return $" The branches of the choice '{check.Names.Task(to)!.Choice}' are decided one after the other, in the order of the plan.";
            }

            if (to == from + 1 && to < check.Names.TaskCount && check.Edges.OrdersOf(to).Contains(from)
                && check.Names.Phases[check.Names.PhaseOf(to)] is { Mode: PhaseMode.Sequential, Id: var phase } && check.Names.PhaseOf(from) == check.Names.PhaseOf(to))
            {
                return $" Phase '{phase}' is sequential: its tasks also wait for each other in the order of the plan.";
            }
        }

        return string.Empty;
    }
}
