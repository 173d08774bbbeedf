using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>Something that would come to stand before something that has begun.</summary>
/// <param name="What"><c>Phase</c> or <c>Task</c>.</param>
/// <param name="Earlier">The id of what would come before.</param>
/// <param name="Later">The id, in the new plan, of what has begun.</param>
/// <param name="Status">Where that stands.</param>
/// <param name="HasEnded">Whether it has ended.</param>
/// <param name="Pointer">The place of what has begun, in the new plan.</param>
internal readonly record struct OrderProblem(string What, string Earlier, string Later, string Status, bool HasEnded, string Pointer)
{
    public string Message => $"{What} '{Earlier}' would come before {(What == "Task" ? "task" : "phase")} '{Later}', which is {Status} already. Nothing can be put before what has started.";
}

/// <summary>Finds what would come to stand before something that has begun: it keeps exactly what it waited for, or waits for less.</summary>
internal static class OrderProblems
{
    /// <summary>Compares the orders of a run's plan with those of another form of it.</summary>
    /// <param name="state">The run.</param>
    /// <param name="plan">The plan as it would be.</param>
    /// <param name="renames">What phases and tasks are called in it, where they are called otherwise.</param>
    public static List<OrderProblem> Find(RunState state, OrchestrationPlan plan, PlanRenames renames)
    {
        var names = new PlanNames(plan);
        var edges = new PlanEdges(names);
        var problems = new List<OrderProblem>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var phase = 0; phase < state.Phases.Length; phase++)
        {
            var id = renames.Phase(state.Graph.Phase(phase).Id);
            var status = state.Phase(phase).Status;
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
                    problems.Add(new OrderProblem("Phase", other, id, status.ToString(), status.IsTerminal(), PlanPointer.Phase(now).ToString()));
                }
            }
        }

        for (var task = 0; task < state.Tasks.Length; task++)
        {
            if (PatchRules.HasBegun(state, task) && names.TryGetTask(renames.Task(state.Graph.Task(task).Id), out var now))
            {
                Compare(state.Graph.JoinDependencies(task), edges.JoinsOf(now), task, now);
                Compare(state.Graph.OrderDependencies(task), edges.OrdersOf(now), task, now);
            }
        }

        return problems;

        void Compare(ReadOnlySpan<int> before, ReadOnlySpan<int> after, int task, int now)
        {
            known.Clear();
            foreach (var earlier in after)
            {
                if (known.Count == 0)
                {
                    foreach (var each in before)
                    {
                        known.Add(renames.Task(state.Graph.Task(each).Id));
                    }
                }

                if (names.Task(earlier)!.Id is var other && !known.Contains(other))
                {
                    var status = state.Task(task).Status;
                    problems.Add(new OrderProblem("Task", other, names.Task(now)!.Id, status.ToString(), status.IsTerminal(), names.PointerTo(now).ToString()));
                }
            }
        }
    }
}
