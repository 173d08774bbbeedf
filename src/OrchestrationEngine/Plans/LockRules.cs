using OrchestrationEngine.Graphs;

namespace OrchestrationEngine.Plans;

/// <summary>That nothing waits for a lock that is held until it has ended, and that smart phases which are repeated are in order with those they conflict with.</summary>
internal static class LockRules
{
    public static void Check(PlanCheck check)
    {
        Dictionary<string, List<int>>? holders = null;
        for (var phase = 0; phase < check.Names.PhaseCount; phase++)
        {
            if (check.Names.Phases[phase] is { Locks.Count: > 0 })
            {
                CheckOwnTasks(check, phase);
                CheckOthers(check, phase, holders ??= Holders(check));
            }

            switch (check.Names.Phases[phase]?.Mode)
            {
                case PhaseMode.Smart:
                    CheckLoops(check, phase);
                    break;
                case PhaseMode.OneAtATime:
                    CheckTurns(check, phase);
                    break;
            }
        }
    }

    // Such a task begins with the first that arrives and has its turn until the last has; in a phase where tasks take turns that one would never get its own.
    private static void CheckTurns(PlanCheck check, int phase)
    {
        for (var task = check.Names.FirstTask(phase); task < check.Names.EndTask(phase); task++)
        {
            if (check.Names.Task(task) is { Join.Kind: JoinKind.Each } definition)
            {
                foreach (var source in check.Edges.JoinsOf(task))
                {
                    if (check.Names.PhaseOf(source) == phase)
                    {
                        check.Problem(
                            PlanProblemKinds.LockedOut,
                            check.Names.PointerTo(task).Member("join"),
                            $"Task '{definition.Id}' would hold the turn of phase '{check.Names.Phases[phase]!.Id}' (oneAtATime) from the first task that arrives to the last, and '{check.Names.Task(source)!.Id}', for which it waits, needs a turn of its own. Put it into another phase, or join otherwise.",
                            definition.Id);
                        break;
                    }
                }
            }
        }
    }

    private static void CheckOwnTasks(PlanCheck check, int phase)
    {
        var locks = check.Names.Phases[phase]!.Locks;
        for (var task = check.Names.FirstTask(phase); task < check.Names.EndTask(phase); task++)
        {
            if (check.Names.Task(task) is { Locks.Count: > 0 } definition && definition.Locks.FirstOrDefault(locks.Contains) is { } name)
            {
                check.Problem(
                    PlanProblemKinds.LockedOut,
                    check.Names.PointerTo(task).Member("locks"),
                    $"Task '{definition.Id}' would wait for the lock '{name}', which its own phase '{check.Names.Phases[phase]!.Id}' holds until the task has ended.",
                    name);
            }
        }
    }

    // Only a phase that waits, while it holds its locks, for a task of a phase that it does not depend on can be held up by another holder.
    private static void CheckOthers(PlanCheck check, int phase, Dictionary<string, List<int>> holders)
    {
        if (!check.Names.Phases[phase]!.Locks.Any(name => holders[name].Count > 1) || !WaitsForOthers(check, phase))
        {
            return;
        }

        var combined = new CombinedGraph(check.Names, check.Edges);
        var backwards = combined.Build().Reverse();
        var (beforeEnd, beforeStart) = (backwards.ReachableFrom(combined.EndOf(phase)), backwards.ReachableFrom(combined.StartOf(phase)));
        foreach (var name in check.Names.Phases[phase]!.Locks)
        {
            foreach (var holder in holders[name])
            {
                if (holder != combined.StartOf(phase) && beforeEnd[holder] && !beforeStart[EndOf(check, combined, holder)] && !IsIn(check, phase, holder))
                {
                    check.Problem(
                        PlanProblemKinds.LockedOut,
                        PlanPointer.Phase(phase).Member("locks"),
                        $"Phase '{check.Names.Phases[phase]!.Id}' holds the lock '{name}' while it waits for what comes after the {combined.Describe(holder)}, which needs the same lock.",
                        name);
                    break;
                }
            }
        }
    }

    private static int EndOf(PlanCheck check, CombinedGraph combined, int holder)
        => holder < check.Names.TaskCount ? holder : combined.EndOf((holder - check.Names.TaskCount) / 2);

    private static bool IsIn(PlanCheck check, int phase, int holder) => holder < check.Names.TaskCount && check.Names.PhaseOf(holder) == phase;

    private static bool WaitsForOthers(PlanCheck check, int phase)
    {
        for (var task = check.Names.FirstTask(phase); task < check.Names.EndTask(phase); task++)
        {
            if (HasForeign(check, phase, check.Edges.JoinsOf(task)) || HasForeign(check, phase, check.Edges.OrdersOf(task)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasForeign(PlanCheck check, int phase, ReadOnlySpan<int> sources)
    {
        foreach (var source in sources)
        {
            if (check.Names.PhaseOf(source) != phase && !check.Edges.PhasesBefore(phase)[check.Names.PhaseOf(source)])
            {
                return true;
            }
        }

        return false;
    }

    // Tasks by themselves, phases by their start.
    private static Dictionary<string, List<int>> Holders(PlanCheck check)
    {
        var combined = new CombinedGraph(check.Names, check.Edges);
        var holders = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var phase = 0; phase < check.Names.PhaseCount; phase++)
        {
            Add(check.Names.Phases[phase]!.Locks, combined.StartOf(phase));
            for (var task = check.Names.FirstTask(phase); task < check.Names.EndTask(phase); task++)
            {
                Add(check.Names.Task(task)!.Locks, task);
            }
        }

        return holders;

        void Add(IReadOnlyList<string> names, int vertex)
        {
            for (var index = 0; index < names.Count; index++)
            {
                (holders.TryGetValue(names[index], out var list) ? list : holders[names[index]] = []).Add(vertex);
            }
        }
    }

    // A further turn would run beside a task that the first one was put in order with.
    private static void CheckLoops(PlanCheck check, int phase)
    {
        for (var task = check.Names.FirstTask(phase); task < check.Names.EndTask(phase); task++)
        {
            foreach (var source in check.Edges.OrdersOf(task))
            {
                var other = check.Names.PhaseOf(source);
                if (other != phase && (check.Names.Phases[other]!.Repeat ?? check.Names.Phases[phase]!.Repeat) is not null && check.Edges.IsDerived(source, task))
                {
                    check.Problem(
                        PlanProblemKinds.LoopConflict,
                        check.Names.PointerTo(task),
                        $"Task '{check.Names.Task(source)!.Id}' {EdgeReasons.Of(check.Names, check.Edges, source, task)}, but one of their phases is repeated and they are not in order: let phase '{check.Names.Phases[phase]!.Id}' depend on phase '{check.Names.Phases[other]!.Id}', or the other way round.",
                        check.Names.Task(task)!.Id);
                }
            }
        }
    }
}
