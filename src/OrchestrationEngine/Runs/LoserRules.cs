using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// Which tasks a join that is complete has no more use for: of those that it counts the ones that nobody else waits for, and what leads to nothing
/// but them.
/// </summary>
internal static class LoserRules
{
    /// <summary>Whether a task's join cancels what it does not need any more.</summary>
    public static bool CancelsRest(JoinDefinition join) => join.CancelRest || join.Kind == JoinKind.First;

    /// <summary>Has them canceled: adds the facts to what is decided.</summary>
    /// <returns>Whether there are any.</returns>
    public static bool Cancel(RunState state, int task)
    {
        var reason = $"Task '{state.Definition(task).Id}' has what it needs ({Word(state.Definition(task).Join)}).";
        var losers = Find(state, task);
        foreach (var loser in losers)
        {
            state.Agenda.Decided.Enqueue(CancelRules.Fact(state, loser, reason));
        }

        return losers.Count > 0;
    }

    private static SortedSet<int> Find(RunState state, int task)
    {
        var losers = new SortedSet<int>();
        if (state.Task(task).JoinsOpen == 0)
        {
            return losers;
        }

        var direct = new HashSet<int>();
        var candidates = new Stack<int>();
        foreach (var source in state.Graph.JoinDependencies(task))
        {
            direct.Add(source);
            candidates.Push(source);
        }

        // A candidate that is still needed becomes one again when what needs it is canceled.
        while (candidates.TryPop(out var candidate))
        {
            if (!losers.Contains(candidate) && CancelRules.MayCancel(state, candidate) && !IsNeeded(candidate))
            {
                losers.Add(candidate);
                foreach (var source in state.Graph.JoinDependencies(candidate))
                {
                    candidates.Push(source);
                }
            }
        }

        return losers;

        bool IsNeeded(int candidate)
        {
            var isDirect = direct.Contains(candidate);
            foreach (var dependent in state.Graph.JoinDependents(candidate))
            {
                ref readonly var slot = ref state.Task(dependent);
                var canceled = losers.Contains(dependent) || slot.Canceling || slot.Status == RunTaskStatus.Canceled;
                if (!canceled && !(isDirect && (dependent == task || slot.Status.IsTerminal())))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static string Word(JoinDefinition join) => join.Kind switch
    {
        JoinKind.First => "first",
        JoinKind.Any => "any",
        JoinKind.AtLeast => FormattableString.Invariant($"atLeast {join.Count}"),
        JoinKind.Until => "until",
        JoinKind.Activated => "activated",
        JoinKind.None => "none",
        JoinKind.Each => "each",
        _ => "all",
    };
}
