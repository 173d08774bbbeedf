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
    /// <param name="room">How many attempts the engine has room for; counted down by the caller.</param>
    public static RunEvent? Next(RunState state, int room)
    {
        // Before it starts and while it is held, nothing follows but its end.
        if (state.IsTerminal || (state.Status != RunStatus.Running && state.Stopping is null))
        {
            return null;
        }

        if (state.Agenda.Decided.TryDequeue(out var decided))
        {
            return decided;
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

        return state.OpenPhases == 0 ? Complete(state) : StartNext(state, room);
    }

    private static RunEvent Complete(RunState state)
    {
        if (state.Stopping is { } stopping)
        {
            return stopping.Outcome == RunStatus.Quarantined
                ? new RunQuarantined { Reason = stopping.Reason }
                : new RunCompleted { Status = stopping.Outcome, Reason = stopping.Reason };
        }

        return state.FailedPhases > state.Graph.Plan.OnFailure.FailuresAllowed
            ? new RunCompleted { Status = RunStatus.Failed, Reason = PhaseRules.WhyFailed(state) }
            : new RunCompleted { Status = RunStatus.Succeeded };
    }

    private static RunEvent? StartNext(RunState state, int room)
    {
        if (state.Stopping is not null)
        {
            return null;
        }

        while (state.Agenda.HasReady(state))
        {
            var first = state.Agenda.First();
            var needsRoom = state.NeedsRoom(first);
            if (needsRoom && (room <= 0 || state.OwnRoom <= 0))
            {
                return null;
            }

            if (GateRules.ClosedFor(state, first) is { } gate)
            {
                state.Agenda.HoldFirst(gate);
                continue;
            }

            state.Agenda.TryTakeReady(state, out var task);
            if (needsRoom)
            {
                return Start(state, task);
            }

            if (TaskStart.Begin(state, task) is { } fact)
            {
                return fact;
            }
        }

        return IsStuck(state) ? Stuck(state) : null;
    }

    private static AttemptStarted Start(RunState state, int task) => new()
    {
        Task = state.Definition(task).Id,
        Item = state.ItemOf(task),
        Attempt = state.Task(task).Attempt + 1,
        Agent = state.AgentOf(task) ?? throw new NotSupportedException($"Task '{state.Definition(task).Id}' has no agent."),
    };

    private static bool IsStuck(RunState state) => state is { AttemptsOut: 0, Agenda.Held.Count: 0 } && state.Agenda.Due.Next(state) is null;

    // A bug, if it ever happens: said aloud, with what each task waits for, instead of waiting for ever.
    private static RunStopping Stuck(RunState state)
    {
        var waits = WaitReasons.Of(state, DateTimeOffset.MaxValue).Take(20).Select(wait => $"{wait.Task ?? wait.Phase}: {wait.Reason}");
        return new RunStopping { Outcome = RunStatus.Quarantined, Reason = "Nothing runs, nothing is due and nothing can start (this is a bug of the engine). " + string.Join(" ", waits) };
    }
}
