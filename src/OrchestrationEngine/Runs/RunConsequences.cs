using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// Decides what follows from the state itself: phases that start, are skipped or end, tasks that are left out, attempts that start,
/// the end of the run. Asked again and again until nothing follows any more.
/// </summary>
internal static class RunConsequences
{
    /// <summary>The next fact that follows, or null when none does.</summary>
    /// <param name="state">The state, with its agenda.</param>
    public static RunEvent? Next(RunState state)
    {
        if (state.IsTerminal)
        {
            return null;
        }

        if (state.Agenda.Decided.TryDequeue(out var decided))
        {
            return decided;
        }

        // Before it starts and while it is held, nothing follows but its end, and the end of what was under way.
        if (state.Status != RunStatus.Running && state.Stopping is null)
        {
            return state.Status == RunStatus.Paused ? WaitRules.Next(state) : null;
        }

        while (state.Agenda.TryTakePhase(out var phase))
        {
            if (PhaseRules.Next(state, phase) is { } fact)
            {
                // Whatever became of the phase, the next look may find more.
                state.Agenda.LookAtPhase(phase);
                return fact;
            }
        }

        while (state.Agenda.TryTakeJoin(out var task))
        {
            if (Admission.Next(state, task) is { } fact)
            {
                return fact;
            }
        }

        while (state.Agenda.TryTakeFanOut(out var fanOut))
        {
            if (FanOutRules.Next(state, fanOut.Task) is { } fact)
            {
                state.Agenda.LookAtFanOut(fanOut);
                return fact;
            }
        }

        return WaitRules.Next(state) ?? (state.OpenPhases == 0 ? Complete(state) : StartNext(state));
    }

    private static RunEvent Complete(RunState state)
    {
        if (state.Stopping is { } stopping)
        {
            return stopping.Outcome switch
            {
                RunStatus.Quarantined => new RunQuarantined { Reason = stopping.Reason },
                RunStatus.Succeeded => Succeeded(state, stopping.Reason),
                _ => new RunCompleted { Status = stopping.Outcome, Reason = stopping.Reason },
            };
        }

        return state.FailedPhases > state.Graph.Plan.OnFailure.FailuresAllowed
            ? new RunCompleted { Status = RunStatus.Failed, Reason = PhaseRules.WhyFailed(state) }
            : Succeeded(state, null);
    }

    private static RunCompleted Succeeded(RunState state, string? reason)
    {
        var output = PlanOutputs.Of(state, out var problem);
        return problem is null
            ? new RunCompleted { Status = RunStatus.Succeeded, Reason = reason, Output = output }
            : new RunCompleted { Status = RunStatus.Failed, Reason = Failure.Of(default, problem).Message };
    }

    private static RunEvent? StartNext(RunState state)
    {
        if (state.Stopping is not null)
        {
            return null;
        }

        while (state.Agenda.TryPeekReady(state, out var task))
        {
            var needsRoom = state.NeedsRoom(task);
            if (needsRoom && state.OwnRoom <= 0)
            {
                return null;
            }

            if ((GateRules.Ask(state, task) ?? (needsRoom ? GateRules.TakeRoom(state, task) : null)) is { } gate)
            {
                state.Agenda.HoldFirst(gate);
                if (!gate.IsOfLane)
                {
                    GateRules.PassOn(state, task);
                }

                if (gate.Kind == GateKind.Guard && GuardRules.Hold(state, task) is { } held)
                {
                    return held;
                }

                continue;
            }

            state.Agenda.TakeFirst(state);
            if (needsRoom)
            {
                return Start(state, task);
            }

            if (TaskStart.Begin(state, task) is { } fact)
            {
                return fact;
            }
        }

        return IsQuiet(state) ? (RunEvent?)GuardRules.GiveUp(state) ?? Stuck(state) : null;
    }

    private static AttemptStarted Start(RunState state, int task) => new()
    {
        Task = state.Definition(task).Id,
        Item = state.ItemOf(task),
        Attempt = state.Task(task).Attempt + 1,
        Agent = state.AgentOf(task) ?? throw new NotSupportedException($"Task '{state.Definition(task).Id}' has no agent."),
    };

    // Nothing is under way or due, nothing waits for something outside, and nothing is held back by what other runs do.
    private static bool IsQuiet(RunState state)
    {
        if (state.AttemptsOut > 0
            || state.Waits.Count > 0
            || state.Handoffs.Asked.Count > 0
            || state.Agenda.Due.Next(state) is not null
            || state.Agenda.HoldsBackLanes(state)
            || FanOutRules.AwaitsItems(state))
        {
            return false;
        }

        return !GuardRules.AwaitsSignal(state);
    }

    // Locks that are waited for in a circle are the plan's own; all else is a bug, if it ever happens. Said aloud, with what each task waits for, instead
    // of waiting for ever.
    private static RunStopping Stuck(RunState state)
    {
        var why = state.Locks is null ? "Nothing runs, nothing is due and nothing can start (this is a bug of the engine). " : "Nothing runs, nothing is due and nothing can start: tasks and phases wait for each other's locks. ";
        var waits = WaitReasons.Of(state, DateTimeOffset.MaxValue).Take(20).Select(wait => $"{wait.Task ?? wait.Phase}: {wait.Reason}");
        return new RunStopping { Outcome = RunStatus.Quarantined, Reason = why + string.Join(" ", waits) };
    }
}
