using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>Says what a task waits for that has not been decided about.</summary>
internal static class JoinReasons
{
    private const int MostNamed = 10;

    public static string Of(RunState state, int task)
    {
        ref readonly var slot = ref state.Task(task);
        var orders = Open(state, task, state.Graph.OrderDependencies(task));
        var joins = Open(state, task, state.Graph.JoinDependencies(task));
        if (orders.Count == 0 && Undecided(state, task) is var earlier && earlier >= 0)
        {
            return $"The task waits until it is decided whether task '{state.Definition(earlier).Id}' is done (choice '{state.Definition(task).Choice}').";
        }

        var join = state.Definition(task).Join;
        var arrived = state.Graph.JoinDependencies(task).Length - slot.JoinsOpen - slot.Unmet;
        return join.Kind switch
        {
            JoinKind.All or JoinKind.Activated => Sentence([.. joins, .. orders], ""),
            JoinKind.None => Sentence(orders, ""),
            JoinKind.Until when orders.Count == 0 => $"The task waits until its join holds ({join.Condition?.Text}); of those that it depends on have not ended: {List(joins)}.",
            JoinKind.AtLeast when orders.Count == 0 => Sentence(joins, FormattableString.Invariant($"{join.Count - arrived} of ")),
            _ => orders.Count == 0 ? Sentence(joins, "one of ") : Sentence(orders, ""),
        };
    }

    // The member of its choice before it that has not been decided about, or -1.
    private static int Undecided(RunState state, int task)
    {
        if (state.Graph.Flows is not { } flows || state.Definition(task).Choice is null || JoinRules.Judge(state, task).State == JoinState.Open)
        {
            return -1;
        }

        for (var earlier = flows.EarlierChoice(task); earlier >= 0; earlier = flows.EarlierChoice(earlier))
        {
            if (state.Task(earlier) is { Status: RunTaskStatus.Pending, Admitted: false })
            {
                return earlier;
            }
        }

        return -1;
    }

    private static List<string> Open(RunState state, int task, ReadOnlySpan<int> dependencies)
    {
        var open = new List<string>();
        foreach (var dependency in dependencies)
        {
            if (!state.Task(dependency).Status.IsTerminal())
            {
                if (open.Count == MostNamed)
                {
                    open.Add("and more");
                    break;
                }

                // Nobody wrote down that it waits for this one, so the reason is said.
                var derived = state.Graph.IsDerived(dependency, task) ? $", which {state.Graph.ReasonOf(dependency, task)}" : "";
                open.Add($"'{state.Definition(dependency).Id}' ({state.Task(dependency).Status}){derived}");
            }
        }

        return open;
    }

    private static string Sentence(List<string> open, string howMany) => open.Count == 0 ? "The task is about to start." : $"The task waits for {howMany}{List(open)}.";

    private static string List(List<string> open) => string.Join(", ", open);
}
