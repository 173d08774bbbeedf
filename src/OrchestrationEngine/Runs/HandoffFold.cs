namespace OrchestrationEngine.Runs;

/// <summary>The part of the fold that is about what attempts hand over.</summary>
internal static class HandoffFold
{
    /// <summary>Applies a fact about an attempt that is out.</summary>
    public static void Apply(RunState state, int task, AttemptEvent fact, long now)
    {
        switch (fact)
        {
            case HandoffValidated { To: { } to, Transforms.Count: > 0 } sent:
                // Whoever it was for may have left the plan since.
                if (task < ItemTable.First && state.Graph.TryGetTask(to, out var receiver))
                {
                    state.Handoffs.Send(task, receiver, sent.Output);
                    state.NamesContents |= ContentReferences.MayBeIn(sent.Output);
                }

                break;
            case HandoffRejected rejected:
                Reject(state, task, rejected);
                break;
            case HandoffAsked asked:
                Ask(state, task, asked, now);
                break;
        }
    }

    /// <summary>A person has decided.</summary>
    public static void Decide(RunState state, int task, HandoffDecided decided)
    {
        if (!state.Handoffs.Asked.Remove(task, out var open) || open.Fact.Attempt != decided.Attempt)
        {
            throw new InvalidOperationException($"Nobody is asked about attempt {decided.Attempt} of task '{decided.Task}'; '{decided.Type}' can't be.");
        }

        if (decided.Choice == HandoffChoice.Retry)
        {
            state.Handoffs.Withdraw(task);
            var reason = new ContractViolation { Contract = "decision", Rule = "decision", Message = decided.Reason };
            state.Handoffs.Feedback[task] = new HandoffFeedback(decided.Attempt, [.. open.Fact.Violations, reason]);
        }
    }

    // More than one contract of an attempt may be broken.
    private static void Reject(RunState state, int task, HandoffRejected rejected)
    {
        var earlier = state.Handoffs.Feedback.TryGetValue(task, out var known) && known.Attempt == rejected.Attempt ? known.Violations : [];
        state.Handoffs.Feedback[task] = new HandoffFeedback(rejected.Attempt, [.. earlier, .. rejected.Violations]);
    }

    private static void Ask(RunState state, int task, HandoffAsked asked, long now)
    {
        state.LostAttempts.Remove(task);
        RunFold.TakeBackAttempt(state, task);
        RunFold.Move(state, task, TaskTrigger.Wait);
        ref var slot = ref state.Task(task);
        slot.At = now;
        slot.OutcomeUnknown = false;
        state.Handoffs.Asked[task] = new OpenHandoff(asked, now);
    }
}
