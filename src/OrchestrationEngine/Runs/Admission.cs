using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// Whether a task is done at all: what its join has come to, and then its choice and its conditions. A task that is admitted waits only for gates and
/// room; that it is, follows from the state and is not recorded.
/// </summary>
internal static class Admission
{
    /// <summary>The fact by which a task is left out, or that its admission brings with it; null when there is none: it is admitted, or waits.</summary>
    public static RunEvent? Next(RunState state, int task)
    {
        if (!state.Graph.HasFlow(task))
        {
            return state.NeedsJoinDecision(task) && IsOpen(state, task) ? JoinRules.Miss(state, task, JoinRules.Judge(state, task).Reason!) : null;
        }

        if (!IsAwaited(state, task))
        {
            return null;
        }

        if (state.TurnOf(task) > 1)
        {
            Admit(state, task);
            return null;
        }

        var verdict = JoinRules.Judge(state, task);
        if (verdict.State == JoinState.Open)
        {
            return null;
        }

        if (verdict.State == JoinState.Unreadable)
        {
            return Unreadable(state, task, verdict.Reason!);
        }

        if (verdict.State == JoinState.Missed && JoinRules.Miss(state, task, verdict.Reason!) is { } missed)
        {
            return missed;
        }

        if (verdict.State != JoinState.Missed && LoserRules.CancelsRest(state.Definition(task).Join) && LoserRules.Cancel(state, task))
        {
            // What else decides about the task is looked at when they are canceled.
            state.Agenda.LookAtJoin(task);
            return state.Agenda.Decided.Dequeue();
        }

        return ByChoice(state, task, out var open) ?? (open ? null : ByConditions(state, task));
    }

    /// <summary>Whether it is time to decide about a task, by definition: something in the agenda has it looked at, and nothing is left to be found.</summary>
    public static bool IsDue(RunState state, int task)
        => state.Graph.HasFlow(task)
            && IsAwaited(state, task)
            && (state.TurnOf(task) > 1 || (JoinRules.Judge(state, task).State != JoinState.Open && (ByChoice(state, task, out var open) is not null || !open)));

    /// <summary>Whether a task has not been decided about, and may be as far as its phase and the order of tasks go.</summary>
    public static bool IsAwaited(RunState state, int task)
        => state.Task(task) is { Status: RunTaskStatus.Pending, Admitted: false, OrdersOpen: 0 } && IsOpen(state, task);

    /// <summary>Has the next member of the task's choice looked at, whose turn it may be.</summary>
    public static void LookAtChoice(RunState state, int task)
    {
        if (state.Graph.Flows is not { } flows)
        {
            return;
        }

        for (var later = flows.LaterChoice(task); later >= 0; later = flows.LaterChoice(later))
        {
            if (state.Task(later) is { Status: RunTaskStatus.Pending, Admitted: false })
            {
                state.Agenda.LookAtJoin(later);
                return;
            }
        }
    }

    private static bool IsOpen(RunState state, int task)
        => state.Stopping is null && state.Phase(state.PhaseOf(task)) is { Status: RunPhaseStatus.Running, Stopping: false, Held: false };

    private static void Admit(RunState state, int task)
    {
        state.Task(task).Admitted = true;
        state.Agenda.AddReady(state, task);
        if (!GuardRules.IsClosed(state, task))
        {
            state.Locks?.Join(task);
        }

        LookAtChoice(state, task);
    }

    // Members are decided in the order of the plan: open when one before this has not been.
    private static TaskSkipped? ByChoice(RunState state, int task, out bool open)
    {
        open = false;
        var taken = -1;
        var flows = state.Graph.Flows!;
        for (var earlier = flows.EarlierChoice(task); earlier >= 0; earlier = flows.EarlierChoice(earlier))
        {
            ref readonly var slot = ref state.Task(earlier);
            open |= slot is { Status: RunTaskStatus.Pending, Admitted: false } && state.TurnOf(earlier) == 1;
            taken = slot.Status == RunTaskStatus.Skipped ? taken : earlier;
        }

        return open || taken < 0
            ? null
            : new TaskSkipped { Task = state.Definition(task).Id, Reason = $"Task '{state.Definition(taken).Id}' was chosen (choice '{state.Definition(task).Choice}')." };
    }

    private static RunEvent? ByConditions(RunState state, int task)
    {
        var definition = state.Definition(task);
        if (definition.When is { } when)
        {
            var result = when.Evaluate(state.Scope.For(task));
            if (result.IsError)
            {
                return Unreadable(state, task, $"The condition of task '{definition.Id}' ({when.Text}) can't be read: {result.Error}");
            }

            if (result.IsFalse)
            {
                return new TaskSkipped { Task = definition.Id, Reason = $"Its condition is false: {when.Text}" };
            }
        }

        if (definition.SkipWhen is { } skip)
        {
            var result = skip.Condition.Evaluate(state.Scope.For(task));
            if (result.IsError)
            {
                return Unreadable(state, task, $"The condition under which task '{definition.Id}' is skipped ({skip.Condition.Text}) can't be read: {result.Error}");
            }

            if (result.IsTrue)
            {
                return new TaskSkipped { Task = definition.Id, Reason = skip.Reason ?? skip.Condition.Text };
            }
        }

        Admit(state, task);
        return null;
    }

    private static TaskFailed Unreadable(RunState state, int task, string reason)
        => new() { Task = state.Definition(task).Id, Failure = Failure.Of(FailureClass.InvalidInput, reason) };
}
