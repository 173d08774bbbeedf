using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>The part of the fold that is about tasks, their attempts apart.</summary>
internal static class TaskFold
{
    public static void Apply(RunState state, int task, TaskEvent fact, long now)
    {
        switch (fact)
        {
            case TaskSucceeded { Again: true } succeeded:
                WaitFold.Consume(state, task, succeeded);
                LoopFold.Again(state, task, FanOutFold.TurnEnded(state, task) ?? succeeded.Output, now);
                break;
            case TaskSucceeded succeeded:
                WaitFold.Consume(state, task, succeeded);
                state.NamesContents |= ContentReferences.MayBeIn(succeeded.Output);
                state.Output(task) = succeeded.Output;
                RunFold.End(state, task, TaskTrigger.Succeed);
                break;
            case TaskHeld:
                state.GuardDues[task] = DueTimes.After(now, state.Definition(task).GuardTimeout ?? TimeSpan.Zero);
                state.Agenda.Due.Add(DueKind.Guard, task, state.GuardDues[task]);
                break;
            case TaskWaiting waiting:
                WaitFold.Begin(state, task, waiting, now);
                break;
            case TaskStopping stopping:
                Cancel(state, task, stopping.Reason, now);
                break;
            case TaskSkipped:
                RunFold.End(state, task, TaskTrigger.Skip);
                break;
            case TaskExpanded expanded:
                FanOutFold.Expand(state, task, expanded);
                break;
            case TaskItemsAdded added:
                FanOutFold.Add(state, task, added);
                break;
            case TaskSealed closed:
                FanOutFold.Seal(state, task, closed);
                break;
            case TaskCompleting completing:
                FanOutFold.Complete(state, task, completing, now);
                break;
            case TaskCanceled:
                LoopFold.Ended(state, task);
                RunFold.End(state, task, TaskTrigger.Cancel);
                break;
            case TaskFailed failed:
                LoopFold.Ended(state, task);
                state.Failures[task] = failed.Failure;
                RunFold.End(state, task, TaskTrigger.Fail);
                break;
            case TaskQuarantined quarantined:
                state.Failures[task] = quarantined.Failure;
                RunFold.End(state, task, TaskTrigger.Quarantine);
                break;
            case TaskRetryScheduled retry:
                RunFold.Move(state, task, TaskTrigger.RetryLater);
                state.Task(task).At = retry.Due.UtcTicks;
                state.Agenda.Due.Add(DueKind.Retry, task, retry.Due.UtcTicks);
                break;
            default:
                throw new NotSupportedException($"TaskFold does not know '{fact.GetType().Name}'.");
        }
    }

    private static void Cancel(RunState state, int task, string reason, long now)
    {
        ref var slot = ref state.Task(task);
        if (slot.Canceling || slot.Status.IsTerminal())
        {
            throw new InvalidOperationException($"Task '{state.Definition(task).Id}' is {slot.Status}{(slot.Canceling ? " and canceled" : "")}; it can't be canceled.");
        }

        slot.Canceling = true;
        state.Canceling[task] = reason;
        if (task < ItemTable.First && state.Items.Find(task) is { IsExpanded: true } fanOut)
        {
            FanOutFold.Stop(state, fanOut, now);
            return;
        }

        if (!slot.AttemptStopping)
        {
            slot.At = now;
        }

        state.Agenda.Due.Add(DueKind.AttemptForce, task, DueTimes.After(slot.At, state.GracePeriod));
        state.Agenda.Touch(task);
    }

    /// <summary>The task, or the item of one, that a fact is about.</summary>
    public static int TaskOf(RunState state, TaskEvent fact)
        => state.TryFind(fact.Task, fact.Item, out var task)
            ? task
            : throw new InvalidOperationException($"The plan of run '{state.Id}' has no task '{fact.Task}'{(fact.Item is { } item ? $" with an item {item}" : "")}.");
}
