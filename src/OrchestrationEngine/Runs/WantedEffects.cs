namespace OrchestrationEngine.Runs;

/// <summary>An attempt that should be under way.</summary>
/// <param name="Task">The task's number in the plan's graph.</param>
/// <param name="Attempt">The number of the attempt.</param>
/// <param name="Stop">Whether it should have been asked to stop.</param>
internal readonly record struct WantedAttempt(int Task, int Attempt, bool Stop);

/// <summary>
/// The effects that a state wants. This is their definition; the shell follows the tasks that the agenda says were touched,
/// and a property test holds both equal.
/// </summary>
internal static class WantedEffects
{
    public static WantedAttempt? ForTask(RunState state, int task)
    {
        ref readonly var slot = ref state.Task(task);
        return slot.AttemptOut ? new WantedAttempt(task, slot.Attempt, slot.AttemptStopping || RunDecider.StopReason(state, task) is not null) : null;
    }

    public static IEnumerable<WantedAttempt> Of(RunState state)
        => state.Numbers.Select(task => ForTask(state, task)).OfType<WantedAttempt>();

    /// <summary>When the run wants to be looked at again, in UTC ticks, by definition: the least of everything that is awaited.</summary>
    public static long? WakeAt(RunState state)
    {
        var tasks = state.Numbers
            .SelectMany(task => new[] { state.DueOf(DueKind.AttemptTimeout, task), state.DueOf(DueKind.AttemptForce, task), state.DueOf(DueKind.Retry, task), state.DueOf(DueKind.Guard, task), state.DueOf(DueKind.Wait, task) });
        var phases = Enumerable.Range(0, state.Phases.Length)
            .SelectMany(phase => new[] { state.DueOf(DueKind.PhaseTimeout, phase), state.DueOf(DueKind.PhaseForce, phase), state.DueOf(DueKind.PhaseTurn, phase) });
        var items = state.Items.FanOuts.Keys.Select(task => state.DueOf(DueKind.ItemsForce, task));
        return tasks.Concat(phases).Concat(items).Append(state.DueOf(DueKind.RunForce, 0)).Min();
    }
}

/// <summary>The tasks that could start, by definition; the agenda's queue is held equal to it by a property test.</summary>
internal static class ReadyTasks
{
    public static IEnumerable<int> Of(RunState state, DateTimeOffset now)
        => state.Numbers
            .Where(task => state.IsStartable(task) && (state.Task(task).Status != RunTaskStatus.Retrying || state.Task(task).At <= now.UtcTicks));
}
