namespace OrchestrationEngine.Runs;

/// <summary>The part of the fold that is about attempts.</summary>
internal static class AttemptFold
{
    public static void Apply(RunState state, int task, AttemptEvent fact, long now)
    {
        switch (fact)
        {
            case AttemptStarted started:
                Start(state, task, fact.Attempt, now);
                if (started.Child is { } child)
                {
                    state.Children[task] = child;
                    state.ChildrenOut++;
                }

                break;
            case AttemptSucceeded succeeded:
                RequireCurrent(state, task, fact);
                state.NamesContents |= ContentReferences.MayBeIn(succeeded.Output);
                if (succeeded.Again)
                {
                    LoopFold.Again(state, task, succeeded.Output, now);
                    break;
                }

                state.Output(task) = succeeded.Output;
                state.Task(task).OutcomeUnknown = false;
                RunFold.End(state, task, TaskTrigger.Succeed);
                break;
            case AttemptFailed failed:
                RequireCurrent(state, task, fact);
                state.Task(task).Failures++;
                state.Task(task).OutcomeUnknown = failed.GivenUp || (state.Task(task).OutcomeUnknown && failed.Probe != ProbeFinding.DidNotHappen);
                state.LostAttempts.Remove(task);
                state.Handoffs.Withdraw(task);
                RunFold.TakeBackAttempt(state, task);
                break;
            case AttemptAbandoned abandoned:
                RequireCurrent(state, task, fact);
                if (!abandoned.Blameless)
                {
                    Lose(state, task);
                }

                state.Task(task).OutcomeUnknown = true;
                RunFold.TakeBackAttempt(state, task);
                break;
            case AttemptStopping:
                RequireCurrent(state, task, fact);
                state.Task(task).AttemptStopping = true;
                state.Task(task).At = now;
                state.Agenda.Due.Add(DueKind.AttemptForce, task, DueTimes.After(now, state.GracePeriod));
                state.Agenda.Touch(task);
                break;
            case AttemptIgnored:
                break;
            case ArtifactRegistered artifact:
                if (!state.Handoffs.IsAsked(task, fact.Attempt))
                {
                    RequireCurrent(state, task, fact);
                }

                state.Artifacts.Add(artifact);
                break;
            case HandoffValidated or HandoffRejected or HandoffAsked:
                RequireCurrent(state, task, fact);
                HandoffFold.Apply(state, task, fact, now);
                break;
            case HandoffDecided decided:
                HandoffFold.Decide(state, task, decided);
                break;
            default:
                throw new NotSupportedException($"AttemptFold does not know '{fact.GetType().Name}'.");
        }
    }

    private static void Start(RunState state, int task, int attempt, long now)
    {
        ref var slot = ref state.Task(task);
        if (attempt != slot.Attempt + 1)
        {
            throw new InvalidOperationException($"Task '{state.Definition(task).Id}' has had {slot.Attempt} attempts; the next is not number {attempt}.");
        }

        RunFold.Move(state, task, TaskTrigger.Start);
        slot.Attempt = attempt;
        slot.AttemptOut = true;

        // A journal that is read has started the task without taking it from the queue.
        slot.Ticket = 0;
        slot.At = now;
        state.AttemptsOut++;
        state.Phase(state.PhaseOf(task)).Out++;
        state.Agenda.Touch(task);
        if (state.Definition(task).Timeout is { } limit)
        {
            state.Agenda.Due.Add(DueKind.AttemptTimeout, task, DueTimes.After(now, limit));
        }
    }

    private static void Lose(RunState state, int task)
    {
        ref readonly var slot = ref state.Task(task);
        if (!state.LostAttempts.TryGetValue(task, out var lost))
        {
            state.LostAttempts[task] = lost = [];
        }

        lost.Add(new LostAttempt(slot.Attempt, slot.At, slot.AttemptStopping));
    }

    private static void RequireCurrent(RunState state, int task, AttemptEvent fact)
    {
        if (!state.IsCurrent(task, fact.Attempt))
        {
            throw new InvalidOperationException($"Attempt {fact.Attempt} of task '{fact.Task}' is not out; '{fact.Type}' can't be.");
        }
    }
}
