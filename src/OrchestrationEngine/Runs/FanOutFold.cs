using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>The part of the fold that is about tasks which are done for each item of a list.</summary>
internal static class FanOutFold
{
    public static void Expand(RunState state, int task, TaskExpanded fact)
    {
        var fanOut = state.Items.Open(task);
        if (fanOut.IsExpanded)
        {
            throw new InvalidOperationException($"Task '{fact.Task}' has its items already; it can't be expanded again in the same generation.");
        }

        RunFold.Move(state, task, TaskTrigger.Start);
        fanOut.IsExpanded = true;
        fanOut.IsSealed = fact.Sealed;
        Add(state, fanOut, fact.Items, fact.Sources);
    }

    public static void Add(RunState state, int task, TaskItemsAdded fact)
    {
        var fanOut = OpenList(state, task, fact);
        if (fact.Id is { } id && !fanOut.Additions.Add(id))
        {
            throw new InvalidOperationException($"Task '{fact.Task}' has had the items '{id}' before.");
        }

        Add(state, fanOut, fact.Items, fact.Sources);
        if (fact.Sealed)
        {
            Seal(state, fanOut);
        }
    }

    public static void Seal(RunState state, int task, TaskSealed fact) => Seal(state, OpenList(state, task, fact));

    public static void Complete(RunState state, int task, TaskCompleting fact, long now)
    {
        if (state.Items.Find(task) is not { IsExpanded: true, Completing: null } fanOut)
        {
            throw new InvalidOperationException($"Task '{fact.Task}' has no items that could be given up.");
        }

        fanOut.Completing = fact;
        Stop(state, fanOut, now);
    }

    /// <summary>Nothing of a task's items starts any more, and what is under way is asked to stop.</summary>
    public static void Stop(RunState state, FanOut fanOut, long now)
    {
        fanOut.CompletingSince = now;
        Seal(state, fanOut);
        for (var index = 0; fanOut.Open > 0 && index < fanOut.Count; index++)
        {
            var item = fanOut[index];
            if (state.Task(item).AttemptOut)
            {
                state.Agenda.Touch(item);
            }
            else if (!state.Task(item).Status.IsTerminal())
            {
                RunFold.End(state, item, TaskTrigger.Cancel);
            }
        }

        if (fanOut.Open > 0)
        {
            state.Agenda.Due.Add(DueKind.ItemsForce, fanOut.Task, DueTimes.After(now, state.GracePeriod));
        }
    }

    /// <summary>A turn of a task is over, and its items with it.</summary>
    /// <returns>What the turn made; null where the task has no items.</returns>
    public static JsonData? TurnEnded(RunState state, int task)
    {
        if (state.Items.Find(task) is not { IsExpanded: true } fanOut)
        {
            return null;
        }

        var output = FanOutRules.OutputOf(state, fanOut);
        Reopen(state, task);
        return output;
    }

    /// <summary>An item has ended.</summary>
    public static void ItemEnded(RunState state, int item)
    {
        var fanOut = state.Items.FanOutOf(item);
        if (state.Task(item).Status is RunTaskStatus.Failed or RunTaskStatus.Quarantined)
        {
            fanOut.FirstFailed = fanOut.FirstFailed < 0 ? state.Items.IndexOf(item) : fanOut.FirstFailed;
            if (FanOutRules.CountsInPhase(state, fanOut))
            {
                state.Phase(state.PhaseOf(item)).Failed++;
                state.Agenda.LookAtPhase(state.PhaseOf(item));
            }
        }

        state.Agenda.LookAtFanOut(fanOut);
    }

    /// <summary>An item has gone from one state to another.</summary>
    public static void ItemMoved(RunState state, int item, RunTaskStatus before, RunTaskStatus after)
    {
        var fanOut = state.Items.FanOutOf(item);
        if (IsUnderWay(before))
        {
            fanOut.TakeBack();
            if (!IsUnderWay(after))
            {
                state.Agenda.Open(state, new Gate(GateKind.Items, fanOut.Task));
            }
        }

        fanOut.Note(after, state.Output(item).Length);
    }

    /// <summary>The items of some tasks that have an attempt out.</summary>
    /// <param name="state">The state.</param>
    /// <param name="first">The first of the tasks.</param>
    /// <param name="end">One more than the last.</param>
    public static IEnumerable<int> AttemptsOut(RunState state, int first, int end)
    {
        if (state.Items.FanOuts.Count == 0)
        {
            yield break;
        }

        for (var task = first; task < end; task++)
        {
            if (state.Items.Find(task) is { } fanOut)
            {
                for (var (index, left) = (0, fanOut.UnderWay); left > 0 && index < fanOut.Count; index++)
                {
                    if (IsUnderWay(state.Task(fanOut[index]).Status))
                    {
                        left--;
                        if (state.Task(fanOut[index]).AttemptOut)
                        {
                            yield return fanOut[index];
                        }
                    }
                }
            }
        }
    }

    /// <summary>The task itself has ended. After a success its items that have not go on by themselves; otherwise they are given up with it.</summary>
    public static void TaskEnded(RunState state, FanOut fanOut)
    {
        if (!fanOut.IsExpanded)
        {
            return;
        }

        if (state.Task(fanOut.Task).Status != RunTaskStatus.Succeeded)
        {
            GiveUp(state, fanOut);
        }
        else if (FanOutRules.Join(state, fanOut.Task).Kind != JoinKind.None)
        {
            fanOut.IsSealed = true;
            state.Output(fanOut.Task) = FanOutOutput.Compose(state, fanOut, divides: true);
            fanOut.IsComposed = true;
        }
        else if (!fanOut.IsSealed)
        {
            fanOut.HoldsPhase = true;
            state.Phase(state.PhaseOf(fanOut.Task)).Open++;
        }
    }

    /// <summary>What has not ended is canceled, and nothing is added any more.</summary>
    public static void GiveUp(RunState state, FanOut fanOut)
    {
        Seal(state, fanOut);
        for (var index = 0; fanOut.Open > 0 && index < fanOut.Count; index++)
        {
            if (!state.Task(fanOut[index]).Status.IsTerminal())
            {
                RunFold.End(state, fanOut[index], TaskTrigger.Cancel);
            }
        }
    }

    /// <summary>The task is done again: with other items, and with what has arrived at its join as if it arrived now.</summary>
    public static void Reopen(RunState state, int task)
    {
        if (state.Items.Find(task) is not { } fanOut)
        {
            return;
        }

        if (fanOut.Open > 0 || fanOut.HoldsPhase)
        {
            throw new InvalidOperationException($"Task '{state.Definition(task).Id}' has items that have not ended; it can't be done again.");
        }

        if (FanOutRules.CountsInPhase(state, fanOut))
        {
            state.Phase(state.PhaseOf(task)).Failed -= fanOut.Failed;
        }

        var attempts = fanOut.AttemptsBefore;
        for (var index = 0; index < fanOut.Count; index++)
        {
            state.Failures.Remove(fanOut[index]);
            attempts = Math.Max(attempts, state.Task(fanOut[index]).Attempt);
            state.Children.Remove(fanOut[index]);
        }

        state.Items.Detach(task);
        var next = state.Items.Open(task);
        next.AttemptsBefore = attempts;
        next.Arrived.AddRange(fanOut.Arrived);
    }

    /// <summary>A task that the join of another counts has ended: where it has arrived, it may become an item.</summary>
    public static void SourceEnded(RunState state, int source, int task)
    {
        if (state.Definition(task).Join.Kind != JoinKind.Each)
        {
            return;
        }

        var fanOut = state.Items.Open(task);
        if (state.Task(source).Status == RunTaskStatus.Succeeded)
        {
            fanOut.Arrived.Add(source);
        }

        state.Agenda.LookAtFanOut(fanOut);
    }

    /// <summary>A task that may have arrived at the join of another is done again.</summary>
    public static void Withdraw(RunState state, int source, int task) => state.Items.Find(task)?.Arrived.Remove(source);

    private static void Add(RunState state, FanOut fanOut, JsonData? items, IReadOnlyList<string>? sources)
    {
        if (items is { } list)
        {
            state.NamesContents |= ContentReferences.MayBeIn(list);
            foreach (var value in new FanOutList(list))
            {
                Add(state, fanOut, value);
            }
        }

        foreach (var id in sources ?? [])
        {
            if (fanOut.Taken == fanOut.Arrived.Count || state.Definition(fanOut.Arrived[fanOut.Taken]).Id != id)
            {
                throw new InvalidOperationException($"Task '{id}' is not the next that has arrived at task '{state.Definition(fanOut.Task).Id}'.");
            }

            Add(state, fanOut, FanOutOutput.OfSource(id, state.Output(fanOut.Arrived[fanOut.Taken])));
            fanOut.Taken++;
        }

        state.Agenda.LookAtFanOut(fanOut);
    }

    private static void Add(RunState state, FanOut fanOut, JsonData value)
    {
        var item = state.Items.Add(fanOut, state.Task(fanOut.Task).Generation, value);
        state.Phase(state.PhaseOf(item)).Open++;
        if (state.IsStartable(item))
        {
            state.Agenda.AddReady(state, item);
        }
    }

    private static void Seal(RunState state, FanOut fanOut)
    {
        fanOut.IsSealed = true;
        if (fanOut.HoldsPhase)
        {
            fanOut.HoldsPhase = false;
            var phase = state.PhaseOf(fanOut.Task);
            state.Phase(phase).Open--;
            state.Agenda.LookAtPhase(phase);
        }

        state.Agenda.LookAtFanOut(fanOut);
    }

    private static bool IsUnderWay(RunTaskStatus status) => status is RunTaskStatus.Running or RunTaskStatus.Waiting;

    private static FanOut OpenList(RunState state, int task, TaskEvent fact)
        => state.Items.Find(task) is { IsExpanded: true, IsSealed: false } fanOut
            ? fanOut
            : throw new InvalidOperationException($"The list of task '{fact.Task}' is not open; '{fact.Type}' can't be.");
}
