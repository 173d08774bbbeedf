namespace OrchestrationEngine.Runs;

/// <summary>
/// What a state counts along the edges of its plan, by definition: from where phases and tasks stand. The fold keeps the counts as facts come, and a
/// property test holds both equal.
/// </summary>
internal static class Counts
{
    /// <summary>Counts everything anew.</summary>
    public static void Recount(RunState state)
    {
        (state.OpenPhases, state.FailedPhases) = (0, 0);
        for (var phase = 0; phase < state.Phases.Length; phase++)
        {
            Phase(state, phase);
        }

        for (var task = 0; task < state.Tasks.Length; task++)
        {
            Task(state, task);
        }
    }

    private static void Phase(RunState state, int phase)
    {
        ref var slot = ref state.Phase(phase);
        (slot.Remaining, slot.Broken, slot.Open, slot.Out, slot.Failed) = (0, 0, 0, 0, 0);
        foreach (var earlier in state.Graph.PhaseDependencies(phase))
        {
            var status = state.Phase(earlier).Status;
            slot.Remaining += status.IsTerminal() ? 0 : 1;
            slot.Broken += status is RunPhaseStatus.Failed or RunPhaseStatus.Canceled ? 1 : 0;
        }

        for (var task = state.Graph.FirstTask(phase); task < state.Graph.EndTask(phase); task++)
        {
            Add(ref slot, state.Task(task));
            foreach (var item in state.Items.Of(task))
            {
                Add(ref slot, state.Task(item));
            }
        }

        state.OpenPhases += slot.Status.IsTerminal() ? 0 : 1;
        state.FailedPhases += slot.Status == RunPhaseStatus.Failed ? 1 : 0;
    }

    private static void Add(ref PhaseSlot phase, in TaskSlot task)
    {
        phase.Open += task.Status.IsTerminal() ? 0 : 1;
        phase.Out += task.AttemptOut ? 1 : 0;
        phase.Failed += task.Status is RunTaskStatus.Failed or RunTaskStatus.Quarantined ? 1 : 0;
    }

    private static void Task(RunState state, int task)
    {
        ref var slot = ref state.Task(task);
        (slot.JoinsOpen, slot.Unmet, slot.OrdersOpen) = (0, 0, 0);
        foreach (var earlier in state.Graph.JoinDependencies(task))
        {
            var status = state.Task(earlier).Status;
            slot.JoinsOpen += status.IsTerminal() ? 0 : 1;
            slot.Unmet += status.IsTerminal() && status != RunTaskStatus.Succeeded ? 1 : 0;
        }

        foreach (var earlier in state.Graph.OrderDependencies(task))
        {
            slot.OrdersOpen += state.Task(earlier).Status.IsTerminal() ? 0 : 1;
        }
    }
}
