using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// Applies facts to the state. It records and never judges: what a fact means was decided when it was made, so a changed rule
/// never changes what an old journal says. A fact that is impossible throws, and the journal counts as damaged.
/// </summary>
internal static class RunFold
{
    /// <summary>The state after the first fact.</summary>
    /// <param name="id">The run.</param>
    /// <param name="first">The fact.</param>
    /// <param name="graph">The compiled form of its plan, or of what has become of that.</param>
    /// <param name="gracePeriod">How long what was asked to stop has before it is given up.</param>
    /// <param name="isPlanChanged">Whether the plan is another one than that in the fact.</param>
    public static RunState Begin(RunId id, RecordedEvent first, PlanGraph graph, TimeSpan gracePeriod, bool isPlanChanged = false)
    {
        if (first is not { Sequence: 1, Event: RunCreated created })
        {
            throw new InvalidOperationException($"The journal of run '{id}' begins with '{first.Event?.Type}' as number {first.Sequence}; expected 'run.created' as number 1.");
        }

        return new RunState(id, graph, created.Inputs, gracePeriod) { Version = 1, IsPlanChanged = isPlanChanged, CreatedAt = first.Timestamp, UpdatedAt = first.Timestamp, Priority = created.Priority, Parent = created.Parent, StartAt = created.StartAt, NamesContents = ContentReferences.MayBeIn(created.Inputs) };
    }

    /// <summary>Applies the next fact.</summary>
    public static void Apply(RunState state, in RecordedEvent recorded)
    {
        if (recorded.Sequence != state.Version + 1)
        {
            throw new InvalidOperationException($"Run '{state.Id}' is at {state.Version}; the next fact has number {recorded.Sequence}.");
        }

        switch (recorded.Event)
        {
            case AttemptEvent fact:
                AttemptFold.Apply(state, TaskFold.TaskOf(state, fact), fact, recorded.Timestamp.UtcTicks);
                break;
            case TaskEvent fact:
                TaskFold.Apply(state, TaskFold.TaskOf(state, fact), fact, recorded.Timestamp.UtcTicks);
                break;
            case PhaseEvent fact:
                PhaseFold.Apply(state, PhaseOf(state, fact), fact, recorded.Timestamp.UtcTicks);
                break;
            default:
                ApplyRun(state, recorded.Event, recorded.Timestamp.UtcTicks);
                break;
        }

        state.Version = recorded.Sequence;
        state.UpdatedAt = recorded.Timestamp;
    }

    /// <summary>Moves a task into a state in which it has ended, and tells those that wait for it.</summary>
    public static void End(RunState state, int task, TaskTrigger trigger)
    {
        Move(state, task, trigger);
        ref var slot = ref state.Task(task);
        var wasQueued = slot.Ticket != 0;
        slot.Ticket = 0;
        slot.Admitted = false;
        TakeBackAttempt(state, task);
        state.LostAttempts.Remove(task);
        state.Waits.Remove(task);
        state.Handoffs.Ended(task, trigger == TaskTrigger.Succeed);
        if (slot.Canceling)
        {
            slot.Canceling = false;
            state.Canceling.Remove(task);
        }

        if (state.Agenda.Held.Count > 0)
        {
            state.Agenda.Held.Remove(task);
        }

        if (task < ItemTable.First)
        {
            state.Locks?.Leave(task, state);
        }

        if (wasQueued)
        {
            GateRules.PassOn(state, task);
        }

        var phaseIndex = state.PhaseOf(task);
        ref var phase = ref state.Phase(phaseIndex);
        phase.Open--;
        if (task >= ItemTable.First)
        {
            FanOutFold.ItemEnded(state, task);
            if (phase.Open == 0)
            {
                state.Agenda.LookAtPhase(phaseIndex);
            }

            return;
        }

        if (state.Items.Find(task) is { } fanOut)
        {
            FanOutFold.TaskEnded(state, fanOut);
        }

        if (slot.Status is RunTaskStatus.Failed or RunTaskStatus.Quarantined)
        {
            phase.Failed++;
            state.Agenda.LookAtPhase(phaseIndex);
        }
        else if (phase.Open == 0)
        {
            state.Agenda.LookAtPhase(phaseIndex);
        }

        var succeeded = slot.Status == RunTaskStatus.Succeeded;
        foreach (var dependent in state.Graph.JoinDependents(task))
        {
            ref var waiting = ref state.Task(dependent);
            waiting.JoinsOpen--;
            waiting.Unmet += succeeded ? 0 : 1;
            if (state.Graph.HasFlow(dependent))
            {
                FanOutFold.SourceEnded(state, task, dependent);
            }

            if (waiting is { OrdersOpen: 0 } && (waiting.JoinsOpen == 0 || state.Graph.HasFlow(dependent)))
            {
                Offer(state, dependent);
            }
        }

        foreach (var dependent in state.Graph.OrderDependents(task))
        {
            ref var waiting = ref state.Task(dependent);
            waiting.OrdersOpen--;
            if (waiting is { OrdersOpen: 0 } && (waiting.JoinsOpen == 0 || state.Graph.HasFlow(dependent)))
            {
                Offer(state, dependent);
            }
        }

        Admission.LookAtChoice(state, task);
    }

    /// <summary>Puts a task whose dependencies have ended where it will be looked at, if its phase is under way.</summary>
    public static void Offer(RunState state, int task)
    {
        if (state.Graph.HasFlow(task))
        {
            if (Admission.IsAwaited(state, task))
            {
                state.Agenda.LookAtJoin(task);
            }
        }
        else if (state.IsStartable(task) && state.Task(task).Status == RunTaskStatus.Pending)
        {
            state.Agenda.AddReady(state, task);
        }
        else if (state.NeedsJoinDecision(task) && state.Phase(state.PhaseOf(task)).Status == RunPhaseStatus.Running)
        {
            state.Agenda.LookAtJoin(task);
        }
    }

    public static void Move(RunState state, int task, TaskTrigger trigger)
    {
        ref var slot = ref state.Task(task);
        var before = slot.Status;
        slot.Status = TaskLifecycle.Table.Fire(state.Definition(task).Id, before, trigger);
        if (task >= ItemTable.First)
        {
            FanOutFold.ItemMoved(state, task, before, slot.Status);
            GuardRules.TaskChanged(state, state.TaskOf(task));
            return;
        }

        if (before == RunTaskStatus.Pending)
        {
            if (state.GuardDues.Count > 0)
            {
                state.GuardDues.Remove(task);
            }

            if (state.Locks is { } locks && slot.Status is RunTaskStatus.Running or RunTaskStatus.Waiting)
            {
                locks.Take(task);
            }
        }

        GuardRules.TaskChanged(state, task);
    }

    /// <summary>The attempt that was out, if any, is out no longer.</summary>
    public static void TakeBackAttempt(RunState state, int task)
    {
        ref var slot = ref state.Task(task);
        if (!slot.AttemptOut)
        {
            return;
        }

        slot.AttemptOut = false;
        slot.AttemptStopping = false;
        state.AttemptsOut--;
        state.ChildrenOut -= ChildRuns.Has(state, task) ? 1 : 0;
        var phaseIndex = state.PhaseOf(task);
        ref var phase = ref state.Phase(phaseIndex);
        phase.Out--;
        state.Agenda.Open(state, new Gate(GateKind.PhaseRoom, phaseIndex));
        state.Agenda.Open(state, new Gate(GateKind.RunRoom, 0));
        if (phase.Out == 0 && (phase.Stopping || state.Stopping is not null))
        {
            state.Agenda.LookAtPhase(phaseIndex);
        }

        state.Agenda.Touch(task);
    }

    private static void ApplyRun(RunState state, RunEvent fact, long now)
    {
        switch (fact)
        {
            case RunStarted:
                Move(state, RunTrigger.Start);
                LookAtAllPhases(state);
                break;
            case RunPaused:
                Move(state, RunTrigger.Pause);
                break;
            case RunResumed:
                Move(state, RunTrigger.Resume);
                break;
            case RunStopping stopping:
                state.Stopping = stopping;
                state.StoppingSince = now;
                state.Agenda.Due.Add(DueKind.RunForce, 0, DueTimes.After(now, state.GracePeriod));
                LookAtAllPhases(state);
                for (var phase = 0; phase < state.Graph.PhaseCount; phase++)
                {
                    PhaseFold.TouchAttempts(state, phase);
                }

                break;
            case RunCompleted completed:
                Move(state, TriggerFor(completed.Status));
                state.Stopping = null;
                state.Reason = completed.Reason;
                state.RunOutput = completed.Output;
                break;
            case RunQuarantined quarantined:
                Move(state, RunTrigger.Quarantine);
                state.Stopping = null;
                state.Reason = quarantined.Reason;
                break;
            case RunRestarted:
                Move(state, RunTrigger.Restart);
                state.Reason = null;
                LookAtAllPhases(state);
                break;
            case PlanPatched or PlanMoved:
                PatchFold.Apply(state, fact);
                break;
            case PlanPatchRefused:
                break;
            case SignalReceived signal:
                state.Agenda.LookAtSignal(state.Signals.Received.Count);
                state.Signals.Add(new RunSignal(signal.Id, signal.Name, signal.Payload, new DateTimeOffset(now, TimeSpan.Zero)));
                GuardRules.SignalCame(state);
                break;
            case WorkspaceEvent or WorkspaceResolved:
                state.Documents.Apply(fact, state.Version + 1, new DateTimeOffset(now, TimeSpan.Zero));
                break;
            default:
                throw new NotSupportedException($"RunFold does not know '{fact.GetType().Name}'.");
        }
    }

    private static void Move(RunState state, RunTrigger trigger) => state.Status = RunLifecycle.Table.Fire(state.Id.Value, state.Status, trigger);

    private static void LookAtAllPhases(RunState state)
    {
        for (var phase = 0; phase < state.Graph.PhaseCount; phase++)
        {
            state.Agenda.LookAtPhase(phase);
        }
    }

    private static RunTrigger TriggerFor(RunStatus status) => status switch
    {
        RunStatus.Succeeded => RunTrigger.Succeed,
        RunStatus.Failed => RunTrigger.Fail,
        RunStatus.Canceled => RunTrigger.Cancel,
        _ => throw new InvalidOperationException($"A run can't complete as {status}."),
    };

    private static int PhaseOf(RunState state, PhaseEvent fact)
        => state.Graph.TryGetPhase(fact.Phase, out var phase) ? phase : throw new InvalidOperationException($"The plan of run '{state.Id}' has no phase '{fact.Phase}'.");
}
