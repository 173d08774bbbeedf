using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>What a join has come to.</summary>
internal enum JoinState
{
    /// <summary>It may still go either way.</summary>
    Open,

    /// <summary>What is needed has arrived.</summary>
    Complete,

    /// <summary>What is needed can't arrive any more.</summary>
    Missed,

    /// <summary>Nobody can tell: its expression can't be read.</summary>
    Unreadable,
}

/// <summary>What a join has come to, and why.</summary>
internal readonly record struct JoinVerdict(JoinState State, string? Reason = null);

/// <summary>
/// When a join is complete, over the tasks that it counts: one that succeeded has arrived, one that ended otherwise never will. Everything that a join
/// waits for ends some time, so none waits for ever.
/// </summary>
internal static class JoinRules
{
    private static readonly JoinVerdict Open = new(JoinState.Open);
    private static readonly JoinVerdict Complete = new(JoinState.Complete);

    public static JoinVerdict Judge(RunState state, int task)
    {
        ref readonly var slot = ref state.Task(task);
        var count = state.Graph.JoinDependencies(task).Length;
        if (count == 0)
        {
            return Complete;
        }

        var join = state.Definition(task).Join;
        var arrived = count - slot.JoinsOpen - slot.Unmet;
        switch (join.Kind)
        {
            case JoinKind.None:
                return Complete;

            // What is done for each that arrives begins with the first.
            case JoinKind.Any or JoinKind.First or JoinKind.Each:
                return arrived > 0 ? Complete : Ended(slot) ? Missed(state, task, "None of the tasks that it depends on succeeded: ") : Open;

            case JoinKind.AtLeast when arrived >= join.Count:
                return Complete;

            case JoinKind.AtLeast:
                return arrived + slot.JoinsOpen < join.Count
                    ? Missed(state, task, FormattableString.Invariant($"{join.Count} of the tasks that it depends on would have to succeed, and no more than {arrived + slot.JoinsOpen} still can: "))
                    : Open;

            case JoinKind.Activated:
                return Ended(slot) ? Activated(state, task) : Open;

            case JoinKind.Until:
                return Until(state, task, join);

            default:
                return !Ended(slot) ? Open : slot.Unmet == 0 ? Complete : Missed(state, task, "");
        }
    }

    /// <summary>What happens instead of the task's start when its join is missed; null: it runs all the same.</summary>
    public static RunEvent? Miss(RunState state, int task, string reason)
    {
        var definition = state.Definition(task);
        return definition.OnSkipped switch
        {
            OnSkipped.Fail => new TaskFailed { Task = definition.Id, Failure = Failure.Of(FailureClass.InvalidInput, reason) },
            OnSkipped.Run => null,
            _ => new TaskSkipped { Task = definition.Id, Reason = reason },
        };
    }

    private static bool Ended(in TaskSlot slot) => slot.JoinsOpen == 0;

    private static JoinVerdict Activated(RunState state, int task)
    {
        var active = false;
        foreach (var dependency in state.Graph.JoinDependencies(task))
        {
            var status = state.Task(dependency).Status;
            active |= status != RunTaskStatus.Skipped;
            if (status is not (RunTaskStatus.Succeeded or RunTaskStatus.Skipped))
            {
                return new JoinVerdict(JoinState.Missed, EndOf(state, dependency));
            }
        }

        return active ? Complete : new JoinVerdict(JoinState.Missed, "All tasks that it depends on were skipped.");
    }

    // Looked at whenever one of them has ended; while some are open, what can't be read yet is not there yet.
    private static JoinVerdict Until(RunState state, int task, JoinDefinition join)
    {
        ref readonly var slot = ref state.Task(task);
        if (join.Condition is not { } condition || slot.JoinsOpen == state.Graph.JoinDependencies(task).Length)
        {
            return Open;
        }

        var result = condition.Evaluate(state.Scope.For(task));
        if (result.IsTrue || !Ended(slot))
        {
            return result.IsTrue ? Complete : Open;
        }

        return result.IsError
            ? new JoinVerdict(JoinState.Unreadable, $"The join of task '{state.Definition(task).Id}' ({condition.Text}) can't be read: {result.Error}")
            : new JoinVerdict(JoinState.Missed, $"All tasks that it depends on have ended, and its join is false: {condition.Text}");
    }

    private static JoinVerdict Missed(RunState state, int task, string before)
    {
        foreach (var dependency in state.Graph.JoinDependencies(task))
        {
            if (state.Task(dependency).Status is var status && status.IsTerminal() && status != RunTaskStatus.Succeeded)
            {
                return new JoinVerdict(JoinState.Missed, before + EndOf(state, dependency));
            }
        }

        return new JoinVerdict(JoinState.Missed, before + "a task that it depends on has no output.");
    }

    private static string EndOf(RunState state, int dependency) => $"Task '{state.Definition(dependency).Id}', which it depends on, ended as {state.Task(dependency).Status}.";
}
