using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>Why a task comes before another, in words that go on from the first task's name.</summary>
internal static class EdgeReasons
{
    /// <summary>The reason; null where there is no edge.</summary>
    public static string? Of(PlanNames names, PlanEdges edges, int from, int to)
    {
        if (!edges.JoinsOf(to).Contains(from) && !edges.OrdersOf(to).Contains(from))
        {
            return null;
        }

        var (earlier, later) = (names.Task(from)!, names.Task(to)!);
        return edges.IsDerived(from, to) ? Derived(earlier, later) : Planned(names, from, earlier, to, later);
    }

    private static string Planned(PlanNames names, int from, TaskDefinition earlier, int to, TaskDefinition later)
    {
        if (later.DependsOn.Contains(earlier.Id))
        {
            return $"is a dependency of '{later.Id}'";
        }

        foreach (var input in later.Inputs)
        {
            if (Mentions(names, from, input.From is null ? input.Template?.References : [input.From]))
            {
                return $"gives the input '{input.Name}' of '{later.Id}'";
            }
        }

        foreach (var (sender, handoff) in names.SendersTo(to))
        {
            if (sender == from)
            {
                return $"hands over to '{later.Id}' (handoff '{handoff}')";
            }
        }

        if (Mentions(names, from, later.ForEach?.Items.References))
        {
            return $"gives the items of '{later.Id}'";
        }

        if (Mentions(names, from, later.When?.References) || Mentions(names, from, later.SkipWhen?.Condition.References))
        {
            return $"is read by a condition of '{later.Id}'";
        }

        return to == from + 1 && names.Phases[names.PhaseOf(to)] is { Mode: PhaseMode.Sequential, Id: var phase } && names.PhaseOf(from) == names.PhaseOf(to)
            ? $"stands before '{later.Id}' in the sequential phase '{phase}'"
            : $"is read by '{later.Id}' when it starts";
    }

    private static string Derived(TaskDefinition earlier, TaskDefinition later)
    {
        if (Shared(earlier.Writes, later.Reads) is { } read)
        {
            return $"writes '{read}' before '{later.Id}' reads it";
        }

        if (Shared(earlier.Writes, later.Writes) is { } written)
        {
            return $"writes '{written}' before '{later.Id}' writes it";
        }

        if (Shared(earlier.Reads, later.Writes) is { } kept)
        {
            return $"reads '{kept}' before '{later.Id}' writes it";
        }

        if (Shared(earlier.Exclusive, later.Exclusive) is { } needed)
        {
            return $"needs '{needed}' for itself before '{later.Id}' does";
        }

        return earlier.Criticality == TaskCriticality.Critical ? $"is critical and runs alone, before '{later.Id}'" : $"runs before '{later.Id}', which is critical and runs alone";
    }

    private static string? Shared(IReadOnlyList<string> left, IReadOnlyList<string> right) => left.FirstOrDefault(right.Contains);

    private static bool Mentions(PlanNames names, int task, IReadOnlyList<DataPath>? paths)
        => paths?.Any(path => names.TryGetSource(path, out var source) && source == task) == true;
}
