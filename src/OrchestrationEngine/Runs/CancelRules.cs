using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Runs;

/// <summary>How single tasks are canceled. They don't count as failed; those that wait for them go by what they say of missing outputs.</summary>
internal static class CancelRules
{
    /// <summary>Whether there is anything of the task to cancel.</summary>
    public static bool MayCancel(RunState state, int task) => state.Task(task) is { Canceling: false } slot && !slot.Status.IsTerminal();

    /// <summary>The fact by which a task is canceled: what is under way is asked to stop, all else is over at once.</summary>
    public static TaskEvent Fact(RunState state, int task, string reason)
    {
        var (id, item) = (state.Definition(task).Id, state.ItemOf(task));
        return state.Task(task).Status == RunTaskStatus.Running
            ? new TaskStopping { Task = id, Item = item, Reason = reason }
            : new TaskCanceled { Task = id, Item = item, Reason = reason };
    }

    /// <summary>Somebody wants tasks canceled.</summary>
    /// <returns>Why that is refused, or null. What is canceled already is no reason.</returns>
    public static string? Decide(RunState state, RunCommand.CancelTasks command, List<RunEvent> facts)
    {
        if (state.IsTerminal)
        {
            return $"Run '{state.Id}' has ended as {state.Status}; none of its tasks can be canceled any more.";
        }

        if (state.Stopping is { } stopping)
        {
            return $"Run '{state.Id}' is stopping ({stopping.Reason}); its tasks end with it.";
        }

        var selected = new List<int>();
        if (Select(state, command.Selection, selected) is { } unknown)
        {
            return unknown;
        }

        if (selected.Count == 0)
        {
            return $"No task of run '{state.Id}' fits: {command.Selection.Describe()}.";
        }

        var canceled = false;
        foreach (var task in selected)
        {
            ref readonly var slot = ref state.Task(task);
            canceled |= slot.Canceling || slot.Status is RunTaskStatus.Canceled;
            if (MayCancel(state, task))
            {
                canceled = true;
                facts.Add(Fact(state, task, command.Reason));
            }
        }

        return canceled
            ? null
            : selected.Count == 1
                ? $"Task '{state.Definition(selected[0]).Id}' of run '{state.Id}' has ended as {state.Task(selected[0]).Status}; it can't be canceled any more."
                : FormattableString.Invariant($"All {selected.Count} tasks of run '{state.Id}' that fit have ended; none can be canceled any more: {command.Selection.Describe()}.");
    }

    // In the order of the plan, each once.
    private static string? Select(RunState state, TaskSelection selection, List<int> selected)
    {
        var (first, end) = (0, state.Tasks.Length);
        if (selection.Phase is { } id)
        {
            if (!state.Graph.TryGetPhase(id, out var phase))
            {
                return Unknown(state, "phase", id, state.Graph.Plan.Phases.Select(each => each.Id));
            }

            (first, end) = (state.Graph.FirstTask(phase), state.Graph.EndTask(phase));
        }

        if (selection.Tasks is { } named)
        {
            var found = new SortedSet<int>();
            foreach (var name in named)
            {
                if (!state.Graph.TryGetTask(name, out var task))
                {
                    return Unknown(state, "task", name, state.Graph.Plan.Phases.SelectMany(each => each.Tasks).Select(each => each.Id));
                }

                found.Add(task);
            }

            selected.AddRange(found.Where(task => task >= first && task < end && Fits(task)));
        }
        else
        {
            selected.AddRange(Enumerable.Range(first, end - first).Where(Fits));
        }

        return null;

        bool Fits(int task) => selection.Tag is not { } tag || state.Definition(task).Tags.Contains(tag);
    }

    private static string Unknown(RunState state, string kind, string id, IEnumerable<string> known)
    {
        var nearest = new NameSuggestions().Find(id, known);
        return $"The plan of run '{state.Id}' has no {kind} '{id}'." + (nearest is null ? "" : $" Did you mean '{nearest}'?");
    }
}
