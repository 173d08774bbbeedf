using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>Finds what would come to stand before something that has begun: it keeps exactly what it waited for, or waits for less.</summary>
internal static class OrderProblems
{
    /// <summary>Compares the orders of a run's plan with those of another form of it.</summary>
    /// <param name="state">The run.</param>
    /// <param name="plan">The plan as it would be.</param>
    /// <param name="renames">What phases and tasks are called in it, where they are called otherwise.</param>
    /// <param name="places">Where in the patch something came from.</param>
    /// <param name="problems">Where to report.</param>
    public static void Find(RunState state, OrchestrationPlan plan, PlanRenames renames, PatchPlaces places, List<PlanProblem> problems)
    {
        var names = new PlanNames(plan);
        var edges = new PlanEdges(names);
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var phase = 0; phase < state.Phases.Length; phase++)
        {
            var id = renames.Phase(state.Graph.Phase(phase).Id);
            if (!PatchRules.HasBegun(state, state.Phase(phase)) || !names.TryGetPhase(id, out var now))
            {
                continue;
            }

            known.Clear();
            foreach (var earlier in state.Graph.PhaseDependencies(phase))
            {
                known.Add(renames.Phase(state.Graph.Phase(earlier).Id));
            }

            foreach (var earlier in edges.OfPhase(now))
            {
                if (names.Phases[earlier]!.Id is var other && !known.Contains(other))
                {
                    problems.Add(new PlanProblem { Code = PlanProblemKinds.AlreadyStarted.Code, Pointer = places.OfPhase(other), Message = $"Phase '{other}' would come before phase '{id}', which is {state.Phase(phase).Status} already. Nothing can be put before what has started.", Name = other });
                }
            }
        }

        for (var task = 0; task < state.Tasks.Length; task++)
        {
            if (PatchRules.HasBegun(state, task) && names.TryGetTask(renames.Task(state.Graph.Task(task).Id), out var now))
            {
                Find(state, task, now, names, edges, renames, places, problems);
            }
        }
    }

    private static void Find(RunState state, int task, int now, PlanNames names, PlanEdges edges, PlanRenames renames, PatchPlaces places, List<PlanProblem> problems)
    {
        foreach (var earlier in edges.JoinsOf(now))
        {
            Look(earlier, state.Graph.JoinDependencies(task));
        }

        foreach (var earlier in edges.OrdersOf(now))
        {
            Look(earlier, state.Graph.OrderDependencies(task));
        }

        // The rows are short, and most are as they were.
        void Look(int earlier, ReadOnlySpan<int> known)
        {
            var other = names.Task(earlier)!.Id;
            foreach (var each in known)
            {
                if (renames.Task(state.Graph.Task(each).Id) == other)
                {
                    return;
                }
            }

            var id = names.Task(now)!.Id;
            problems.Add(new PlanProblem { Code = PlanProblemKinds.AlreadyStarted.Code, Pointer = places.OfTask(other), Message = $"Task '{other}' would come before task '{id}', which is {state.Task(task).Status} already. Nothing can be put before what has started.", Name = other });
        }
    }
}
