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
            ref readonly var its = ref state.Task(task);
            slot.Open += its.Status.IsTerminal() ? 0 : 1;
            slot.Out += its.AttemptOut ? 1 : 0;
            slot.Failed += its.Status is RunTaskStatus.Failed or RunTaskStatus.Quarantined ? 1 : 0;
            if (state.Items.Find(task) is { } fanOut)
            {
                Items(state, ref slot, fanOut);
            }
        }

        state.OpenPhases += slot.Status.IsTerminal() ? 0 : 1;
        state.FailedPhases += slot.Status == RunPhaseStatus.Failed ? 1 : 0;
    }

    private static void Items(RunState state, ref PhaseSlot phase, FanOut fanOut)
    {
        phase.Open += fanOut.Open + (fanOut.HoldsPhase ? 1 : 0);
        phase.Failed += FanOutRules.CountsInPhase(state, fanOut) ? fanOut.Failed : 0;
        for (var index = 0; index < fanOut.Count; index++)
        {
            phase.Out += state.Task(fanOut[index]).AttemptOut ? 1 : 0;
        }
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
