using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>What the end of a turn means: the end of the loop, another turn, or a failure.</summary>
internal static class LoopRules
{
    /// <summary>Adds the facts by which the work of a task has succeeded, or only this turn of it.</summary>
    /// <param name="state">The run.</param>
    /// <param name="task">The task itself, no item of it.</param>
    /// <param name="output">What it has made.</param>
    /// <param name="success">Makes the fact: with <c>again</c> when another turn follows.</param>
    /// <param name="facts">Where the facts go.</param>
    public static void Succeed(RunState state, int task, JsonData output, Func<bool, TaskEvent> success, Action<RunEvent> facts)
    {
        var definition = state.Definition(task);
        if (definition.Repeat is not { } repeat)
        {
            facts(success(false));
            return;
        }

        var turn = state.TurnOf(task);
        var result = repeat.Until.Evaluate(state.Scope.After(task, output));
        if (result.IsTrue || (!result.IsError && turn >= repeat.Max && repeat.OnExhausted == ExhaustedLoop.Continue))
        {
            facts(success(false));
            return;
        }

        facts(success(true));
        if (state.Task(task).Canceling)
        {
            facts(new TaskCanceled { Task = definition.Id, Reason = state.Canceling[task] });
        }
        else if (result.IsError)
        {
            facts(new TaskFailed { Task = definition.Id, Failure = Failure.Of(FailureClass.InvalidOutput, $"The end of the loop of task '{definition.Id}' ({repeat.Until.Text}) can't be read: {result.Error}") });
        }
        else if (turn >= repeat.Max)
        {
            facts(new TaskFailed { Task = definition.Id, Failure = Failure.Of(FailureClass.InvalidOutput, Exhausted(repeat, turn)) });
        }
    }

    /// <summary>What follows when all tasks of a phase have ended as its policy allows.</summary>
    public static PhaseEvent EndTurn(RunState state, int phase)
    {
        var definition = state.Graph.Phase(phase);
        if (definition.Repeat is not { } repeat)
        {
            return new PhaseCompleted { Phase = definition.Id };
        }

        var turn = state.Phase(phase).Turn;
        var result = repeat.Until.Evaluate(state.Scope.ForPhase(phase));
        if (result.IsError)
        {
            return new PhaseFailed { Phase = definition.Id, Reason = $"The end of the loop of phase '{definition.Id}' ({repeat.Until.Text}) can't be read: {result.Error}" };
        }

        if (result.IsTrue || (turn >= repeat.Max && repeat.OnExhausted == ExhaustedLoop.Continue))
        {
            return new PhaseCompleted { Phase = definition.Id };
        }

        return turn < repeat.Max
            ? new PhaseRepeated { Phase = definition.Id, Generation = state.Phase(phase).Generation + 1 }
            : new PhaseFailed { Phase = definition.Id, Reason = Exhausted(repeat, turn) };
    }

    private static string Exhausted(RepeatDefinition repeat, int turns)
        => FormattableString.Invariant($"The loop ended after {turns} {(turns == 1 ? "turn" : "turns")} without '{repeat.Until.Text}' being true.");
}
