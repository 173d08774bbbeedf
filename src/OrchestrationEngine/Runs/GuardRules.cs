using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Runs;

/// <summary>Milestones: a task starts only while its guard holds. Where it does not, the task is looked at again when something changes that the guard names.</summary>
internal static class GuardRules
{
    /// <summary>Whether a task's guard keeps it from starting now. Only the first start of a generation is asked; attempts and turns after it are not.</summary>
    public static bool IsClosed(RunState state, int task) => Look(state, task) is { IsTrue: false };

    /// <summary>Whether a task is kept by its guard, and by nothing before it; what waits for room while its guard holds is not.</summary>
    public static bool IsWaited(RunState state, int task)
        => state.Stopping is null && state.Phase(state.PhaseOf(task)) is { Status: RunPhaseStatus.Running, Stopping: false } && IsClosed(state, task);

    /// <summary>Why the guard keeps the task, for the person who asks.</summary>
    public static string Reason(RunState state, int task)
    {
        var guard = state.Definition(task).Guard!;
        return Look(state, task) is { IsError: true } error
            ? $"The task is ready, and its milestone can't be read yet ({guard.Text}): {error.Error}"
            : $"The task is ready, and waits for its milestone: {guard.Text}";
    }

    /// <summary>Something about a task has changed.</summary>
    public static void TaskChanged(RunState state, int task)
    {
        if (state.Graph.Guards is { } guards)
        {
            Open(state, guards.OfTask(task));
        }
    }

    /// <summary>Something about a phase has changed.</summary>
    public static void PhaseChanged(RunState state, int phase)
    {
        if (state.Graph.Guards is { } guards)
        {
            Open(state, guards.OfPhase(phase));
        }
    }

    /// <summary>A signal has come.</summary>
    public static void SignalCame(RunState state)
    {
        if (state.Graph.Guards is { } guards)
        {
            Open(state, guards.OfSignals);
        }
    }

    /// <summary>The fact that a task has begun to wait for its milestone, where it does so for a limited time and that is not known yet.</summary>
    public static TaskHeld? Hold(RunState state, int task)
        => state.Definition(task).GuardTimeout is null || state.GuardDues.ContainsKey(task)
            ? null
            : new TaskHeld { Task = state.Definition(task).Id, Reason = Reason(state, task) };

    /// <summary>The time is over.</summary>
    public static TaskSkipped GiveUp(RunState state, int task)
    {
        var definition = state.Definition(task);
        return new TaskSkipped { Task = definition.Id, Reason = $"Its milestone did not come within {DueRules.Text(definition.GuardTimeout)}: {definition.Guard!.Text}" };
    }

    /// <summary>
    /// Nothing in the run can change any more: the first task that waits for its milestone is left out, and what that changes is looked at next.
    /// </summary>
    public static TaskSkipped? GiveUp(RunState state)
    {
        var first = int.MaxValue;
        foreach (var task in state.Agenda.Held.Tasks)
        {
            first = state.Agenda.Held.Of(task) is { Kind: GateKind.Guard } ? Math.Min(first, task) : first;
        }

        return first == int.MaxValue
            ? null
            : new TaskSkipped { Task = state.Definition(first).Id, Reason = $"The milestone can't come any more: {state.Definition(first).Guard!.Text}" };
    }

    /// <summary>Whether a task that waits for its milestone may be let through by a signal.</summary>
    public static bool AwaitsSignal(RunState state)
        => state.Agenda.Held.Tasks.Any(task => state.Agenda.Held.Of(task) is { Kind: GateKind.Guard } && state.Definition(task).Guard!.References.Any(path => path.Root == "signals"));

    private static ExpressionResult? Look(RunState state, int task)
        => task < ItemTable.First
            && state.Graph.Guards is not null
            && state.Task(task).Status == RunTaskStatus.Pending
            && state.TurnOf(task) == 1
            && state.Definition(task).Guard is { } guard
                ? guard.Evaluate(state.Scope.For(task))
                : null;

    private static void Open(RunState state, IReadOnlyList<int> tasks)
    {
        for (var i = 0; i < tasks.Count; i++)
        {
            state.Agenda.Open(state, new Gate(GateKind.Guard, tasks[i]));
            if (state.GuardDues.TryGetValue(tasks[i], out var due))
            {
                // Whether the time is waited for depends on the guard, too.
                state.Agenda.Due.Add(DueKind.Guard, tasks[i], due);
            }
        }
    }
}
