namespace OrchestrationEngine.Runs;

/// <summary>The part of the fold that is about phases.</summary>
internal static class PhaseFold
{
    public static void Apply(RunState state, int phase, PhaseEvent fact, long now)
    {
        switch (fact)
        {
            case PhaseStarted:
                Start(state, phase, now);
                break;
            case PhaseStopping stopping:
                Stop(state, phase, stopping, now);
                break;
            case PhaseCompleted:
                End(state, phase, PhaseTrigger.Complete, null);
                break;
            case PhaseSkipped skipped:
                End(state, phase, PhaseTrigger.Skip, skipped.Reason);
                break;
            case PhaseFailed failed:
                End(state, phase, PhaseTrigger.Fail, failed.Reason);
                break;
            case PhaseCanceled canceled:
                End(state, phase, PhaseTrigger.Cancel, canceled.Reason);
                break;
            case PhaseReopened reopened:
                Reopen(state, phase, reopened);
                break;
            default:
                throw new NotSupportedException($"PhaseFold does not know '{fact.GetType().Name}'.");
        }
    }

    /// <summary>Has the attempts of a phase that are out looked at again.</summary>
    public static void TouchAttempts(RunState state, int phase)
    {
        if (state.Phase(phase).Out == 0)
        {
            return;
        }

        for (var task = state.Graph.FirstTask(phase); task < state.Graph.EndTask(phase); task++)
        {
            if (state.Task(task).AttemptOut)
            {
                state.Agenda.Touch(task);
            }
        }
    }

    private static void Start(RunState state, int phase, long now)
    {
        ref var slot = ref state.Phase(phase);
        Move(state, phase, PhaseTrigger.Start);
        slot.At = now;
        if (state.Graph.Phase(phase).Timeout is { } limit)
        {
            state.Agenda.Due.Add(DueKind.PhaseTimeout, phase, DueTimes.After(now, limit));
        }

        for (var task = state.Graph.FirstTask(phase); task < state.Graph.EndTask(phase); task++)
        {
            if (state.Task(task) is { OrdersOpen: 0, Status: RunTaskStatus.Pending } pending && (pending.JoinsOpen == 0 || state.Graph.HasFlow(task)))
            {
                RunFold.Offer(state, task);
            }
        }

        // A phase whose tasks had all ended before (none at all, or those of an earlier generation) is done at once.
        if (slot.Open == 0)
        {
            state.Agenda.LookAtPhase(phase);
        }
    }

    private static void Stop(RunState state, int phase, PhaseStopping stopping, long now)
    {
        ref var slot = ref state.Phase(phase);
        if (slot.Status != RunPhaseStatus.Running || slot.Stopping)
        {
            throw new InvalidOperationException($"Phase '{stopping.Phase}' is {slot.Status}{(slot.Stopping ? " and stopping" : "")}; it can't begin to stop.");
        }

        slot.Stopping = true;
        slot.Reason = stopping.Reason;
        slot.At = now;
        state.Agenda.Due.Add(DueKind.PhaseForce, phase, DueTimes.After(now, state.GracePeriod));
        state.Agenda.LookAtPhase(phase);
        TouchAttempts(state, phase);
    }

    private static void End(RunState state, int phase, PhaseTrigger trigger, string? reason)
    {
        ref var slot = ref state.Phase(phase);
        Move(state, phase, trigger);
        slot.Reason = reason;
        slot.Stopping = false;
        state.OpenPhases--;
        var end = trigger == PhaseTrigger.Skip ? TaskTrigger.Skip : TaskTrigger.Cancel;
        for (var task = state.Graph.FirstTask(phase); slot.Open > 0 && task < state.Graph.EndTask(phase); task++)
        {
            if (!state.Task(task).Status.IsTerminal())
            {
                RunFold.End(state, task, end);
            }
        }

        if (slot.Status == RunPhaseStatus.Failed)
        {
            state.FailedPhases++;
        }

        foreach (var dependent in state.Graph.PhaseDependents(phase))
        {
            ref var waiting = ref state.Phase(dependent);
            waiting.Remaining--;
            if (slot.Status is RunPhaseStatus.Failed or RunPhaseStatus.Canceled)
            {
                waiting.Broken++;
            }

            state.Agenda.LookAtPhase(dependent);
        }
    }

    private static void Reopen(RunState state, int phase, PhaseReopened reopened)
    {
        ref var slot = ref state.Phase(phase);
        var broke = slot.Status is RunPhaseStatus.Failed or RunPhaseStatus.Canceled;
        if (slot.Status == RunPhaseStatus.Failed)
        {
            state.FailedPhases--;
        }

        Move(state, phase, PhaseTrigger.Reopen);
        slot.Generation = reopened.Generation;
        slot.Reason = null;
        state.OpenPhases++;
        foreach (var dependent in state.Graph.PhaseDependents(phase))
        {
            ref var waiting = ref state.Phase(dependent);
            waiting.Remaining++;
            waiting.Broken -= broke ? 1 : 0;
        }

        if (reopened.Tasks is { } listed)
        {
            foreach (var id in listed)
            {
                if (!state.Graph.TryGetTask(id, out var task) || state.PhaseOf(task) != phase)
                {
                    throw new InvalidOperationException($"Phase '{reopened.Phase}' of run '{state.Id}' has no task '{id}'.");
                }

                Reopen(state, task);
            }
        }
        else
        {
            for (var task = state.Graph.FirstTask(phase); task < state.Graph.EndTask(phase); task++)
            {
                Reopen(state, task);
            }
        }

        state.Agenda.LookAtPhase(phase);
    }

    private static void Reopen(RunState state, int task)
    {
        ref var slot = ref state.Task(task);
        ref var phase = ref state.Phase(state.PhaseOf(task));
        var succeeded = slot.Status == RunTaskStatus.Succeeded;
        phase.Failed -= slot.Status is RunTaskStatus.Failed or RunTaskStatus.Quarantined ? 1 : 0;
        phase.Open++;
        RunFold.Move(state, task, TaskTrigger.Reopen);
        slot.Generation++;
        slot.Failures = 0;
        slot.OutcomeUnknown = false;
        slot.Admitted = false;
        state.Loops.Forget(task);
        state.Output(task) = default;
        state.Failures.Remove(task);
        foreach (var dependent in state.Graph.JoinDependents(task))
        {
            ref var waiting = ref state.Task(dependent);
            waiting.JoinsOpen++;
            waiting.Unmet -= succeeded ? 0 : 1;
        }

        foreach (var dependent in state.Graph.OrderDependents(task))
        {
            state.Task(dependent).OrdersOpen++;
        }
    }

    private static void Move(RunState state, int phase, PhaseTrigger trigger)
    {
        ref var slot = ref state.Phase(phase);
        slot.Status = PhaseLifecycle.Table.Fire(state.Graph.Phase(phase).Id, slot.Status, trigger);
    }
}
