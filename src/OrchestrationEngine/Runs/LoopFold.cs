using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>The part of the fold that is about turns.</summary>
internal static class LoopFold
{
    /// <summary>A turn of a task is over, and another follows, unless the next fact ends the task.</summary>
    public static void Again(RunState state, int task, JsonData output, long now)
    {
        RunFold.TakeBackAttempt(state, task);
        state.Loops.Add(task, output, state.Loops.TurnOf(task) + 1);
        state.TurnEnded = (task, state.Version + 1);
        state.LostAttempts.Remove(task);
        state.Handoffs.Forget(task);
        ref var slot = ref state.Task(task);
        slot.Generation++;
        slot.Failures = 0;
        slot.OutcomeUnknown = false;
        slot.Admitted = false;
        slot.Ticket = 0;
        state.Output(task) = default;
        if (state.Definition(task).Repeat?.Delay is { } delay && delay > TimeSpan.Zero)
        {
            RunFold.Move(state, task, TaskTrigger.RetryLater);
            slot.At = DueTimes.After(now, delay);
            state.Agenda.Due.Add(DueKind.Retry, task, slot.At);
        }
        else
        {
            RunFold.Move(state, task, TaskTrigger.Repeat);
            state.Agenda.LookAtJoin(task);
        }
    }

    /// <summary>A task has ended: where the fact before said that another turn follows, there is none.</summary>
    public static void Ended(RunState state, int task)
    {
        if (state.TurnEnded == (task, state.Version))
        {
            state.Loops.TakeBackTurn(task);
            state.TurnEnded = default;
        }
    }
}
