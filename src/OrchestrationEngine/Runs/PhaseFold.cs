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
            case PhaseRepeated repeated:
                Repeat(state, phase, repeated, now);
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

        foreach (var item in FanOutFold.AttemptsOut(state, state.Graph.FirstTask(phase), state.Graph.EndTask(phase)))
        {
            state.Agenda.Touch(item);
        }
    }

    /// <summary>The time of the phase's turn has come.</summary>
    public static void GoOn(RunState state, int phase)
    {
        state.Phase(phase).Held = false;
        OfferTasks(state, phase);
        for (var task = state.Graph.FirstTask(phase); task < state.Graph.EndTask(phase); task++)
        {
            // After a crash an attempt of this turn may be due again before anybody has looked at the clock.
            if (state.DueOf(DueKind.Retry, task) is { } due)
            {
                state.Agenda.Due.Add(DueKind.Retry, task, due);
            }
        }
    }

    private static void Start(RunState state, int phase, long now)
    {
        ref var slot = ref state.Phase(phase);
        Move(state, phase, PhaseTrigger.Start);
        slot.At = now;
        state.Locks?.Take(RunLocks.OfPhase(phase));
        if (state.Graph.Phase(phase).Timeout is { } limit)
        {
            state.Agenda.Due.Add(DueKind.PhaseTimeout, phase, DueTimes.After(now, limit));
        }

        OfferTasks(state, phase);
    }

    private static void OfferTasks(RunState state, int phase)
    {
        for (var task = state.Graph.FirstTask(phase); task < state.Graph.EndTask(phase); task++)
        {
            if (state.Task(task) is { OrdersOpen: 0, Status: RunTaskStatus.Pending } pending && (pending.JoinsOpen == 0 || state.Graph.HasFlow(task)))
            {
                RunFold.Offer(state, task);
            }
        }

        // A phase whose tasks had all ended before (none at all, or those of an earlier generation) is done at once.
        if (state.Phase(phase).Open == 0)
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
        slot.Held = false;
        slot.TurnDue = 0;
        state.OpenPhases--;
        state.Locks?.Leave(RunLocks.OfPhase(phase), state);
        var end = trigger == PhaseTrigger.Skip ? TaskTrigger.Skip : TaskTrigger.Cancel;
        for (var task = state.Graph.FirstTask(phase); slot.Open > 0 && task < state.Graph.EndTask(phase); task++)
        {
            if (!state.Task(task).Status.IsTerminal())
            {
                RunFold.End(state, task, end);
            }
            else if (state.Items.Find(task) is { } fanOut)
            {
                FanOutFold.GiveUp(state, fanOut);
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
        slot.Turn = 1;
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
                state.Loops.Forget(task);
            }
        }
        else
        {
            for (var task = state.Graph.FirstTask(phase); task < state.Graph.EndTask(phase); task++)
            {
                Reopen(state, task);
                state.Loops.Forget(task);
            }
        }

        state.Agenda.LookAtPhase(phase);
    }

    private static void Repeat(RunState state, int phase, PhaseRepeated repeated, long now)
    {
        ref var slot = ref state.Phase(phase);
        Move(state, phase, PhaseTrigger.Repeat);
        slot.Generation = repeated.Generation;
        slot.Turn++;
        for (var task = state.Graph.FirstTask(phase); task < state.Graph.EndTask(phase); task++)
        {
            state.Loops.Add(task, state.Task(task).Status == RunTaskStatus.Succeeded ? state.Output(task) : default, turn: 1);
            Reopen(state, task);
        }

        if (state.Graph.Phase(phase).Repeat?.Delay is { } delay && delay > TimeSpan.Zero)
        {
            slot.Held = true;
            slot.TurnDue = DueTimes.After(now, delay);
            state.Agenda.Due.Add(DueKind.PhaseTurn, phase, slot.TurnDue);
        }
        else
        {
            OfferTasks(state, phase);
        }
    }

    private static void Reopen(RunState state, int task)
    {
        ref var slot = ref state.Task(task);
        ref var phase = ref state.Phase(state.PhaseOf(task));
        var succeeded = slot.Status == RunTaskStatus.Succeeded;
        phase.Failed -= slot.Status is RunTaskStatus.Failed or RunTaskStatus.Quarantined ? 1 : 0;
        phase.Open++;
        FanOutFold.Reopen(state, task);
        RunFold.Move(state, task, TaskTrigger.Reopen);
        slot.Generation++;
        slot.Failures = 0;
        slot.OutcomeUnknown = false;
        slot.Admitted = false;
        state.Output(task) = default;
        state.Failures.Remove(task);
        state.Children.Remove(task);
        state.Handoffs.Forget(task);
        foreach (var dependent in state.Graph.JoinDependents(task))
        {
            ref var waiting = ref state.Task(dependent);
            waiting.JoinsOpen++;
            waiting.Unmet -= succeeded ? 0 : 1;
            FanOutFold.Withdraw(state, task, dependent);
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
        GuardRules.PhaseChanged(state, phase);
    }
}
