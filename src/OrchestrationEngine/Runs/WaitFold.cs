namespace OrchestrationEngine.Runs;

/// <summary>The part of the fold that is about waits.</summary>
internal static class WaitFold
{
    /// <summary>A task waits from now on.</summary>
    public static void Begin(RunState state, int task, TaskWaiting fact, long now)
    {
        RunFold.Move(state, task, TaskTrigger.Wait);
        ref var slot = ref state.Task(task);
        slot.Ticket = 0;
        slot.At = now;
        state.Waits.Add(task, new Wait(state.Version + 1, state.Signals.Received.Count, Branches(state, task, fact)));
        state.Agenda.LookAtWait(task, state.Version + 1);
        if (state.DueOf(DueKind.Wait, task) is { } due)
        {
            state.Agenda.Due.Add(DueKind.Wait, task, due);
        }
    }

    /// <summary>A wait is over, perhaps by a signal, which nobody else gets then.</summary>
    public static void Consume(RunState state, int task, TaskSucceeded fact)
    {
        if (fact.Signal is { } signal)
        {
            state.Signals.Consume(signal, fact.Task);
        }

        state.Waits.Remove(task);
    }

    // In the order of the plan, which decides between two that come at the same moment.
    private static AwaitedBranch[] Branches(RunState state, int task, TaskWaiting fact)
    {
        var order = state.Definition(task).Wait?.Branches.Select((branch, place) => (branch.Name, place)).ToDictionary(StringComparer.Ordinal) ?? [];
        var dues = (fact.Dues ?? new Dictionary<string, DateTimeOffset>()).Select(due => new AwaitedBranch(due.Key, due.Value.UtcTicks, null));
        var signals = (fact.Signals ?? new Dictionary<string, string>()).Select(signal => new AwaitedBranch(signal.Key, null, signal.Value));
        return [.. dues.Concat(signals).OrderBy(branch => order.GetValueOrDefault(branch.Name, int.MaxValue))];
    }
}
