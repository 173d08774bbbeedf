using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Walks;

/// <summary>What joins, choices and locks mean, written from the specification and not from the engine: from what the tasks say and how they stand.</summary>
internal sealed class FlowModel(RunState state, Dictionary<string, TaskDefinition> tasks, Dictionary<string, HashSet<string>> needs, Func<string, RunTaskStatus> status)
{
    /// <summary>Whether a join lets its task run, in itself or because the task runs all the same.</summary>
    public bool MayRun(string task) => IsComplete(task) || (tasks[task].OnSkipped == OnSkipped.Run && IsMissed(task));

    /// <summary>Whether what a join needs has arrived.</summary>
    public bool IsComplete(string task)
    {
        var sources = needs[task].Select(status).ToList();
        var join = tasks[task].Join;
        var arrived = sources.Count(each => each == RunTaskStatus.Succeeded);
        return sources.Count == 0 || join.Kind switch
        {
            JoinKind.None => true,
            JoinKind.Any or JoinKind.First => arrived >= 1,
            JoinKind.AtLeast => arrived >= join.Count,
            JoinKind.Activated => sources.All(each => each is RunTaskStatus.Succeeded or RunTaskStatus.Skipped) && arrived >= 1,
            JoinKind.Until => sources.Any(each => each.IsTerminal()) && Holds(task, join),
            _ => arrived == sources.Count,
        };
    }

    /// <summary>Whether what a join needs can't arrive any more.</summary>
    public bool IsMissed(string task)
    {
        var sources = needs[task].Select(status).ToList();
        var join = tasks[task].Join;
        return join.Kind == JoinKind.AtLeast
            ? sources.Count(each => each == RunTaskStatus.Succeeded || !each.IsTerminal()) < join.Count
            : sources.All(each => each.IsTerminal()) && !IsComplete(task);
    }

    /// <summary>Whether a member of the task's choice that stands before it was taken.</summary>
    public bool IsTaken(string task) => Earlier(task).Any(each => status(each) != RunTaskStatus.Skipped);

    /// <summary>Whether no other task and no phase has a lock that the task needs.</summary>
    public bool HasLocks(string task)
    {
        var own = PhaseOf(task);
        foreach (var name in tasks[task].Locks)
        {
            var others = tasks.Values.Where(other => other.Id != task && other.Locks.Contains(name) && Holds(other.Id));
            var phases = state.Graph.Plan.Phases.Where(phase => phase != own && phase.Locks.Contains(name) && state.Graph.TryGetPhase(phase.Id, out var index) && state.Phase(index).Status == RunPhaseStatus.Running);
            if (others.Any(other => !own.Locks.Contains(name) || PhaseOf(other.Id) == own) || (!own.Locks.Contains(name) && phases.Any()))
            {
                return false;
            }
        }

        return own.Mode != PhaseMode.OneAtATime || own.Tasks.All(other => other.Id == task || !Holds(other.Id));
    }

    public PhaseDefinition PhaseOf(string task) => state.Graph.Plan.Phases.Single(phase => phase.Tasks.Any(each => each.Id == task));

    private bool Holds(string task)
    {
        state.Graph.TryGetTask(task, out var index);
        return status(task) is RunTaskStatus.Running or RunTaskStatus.Retrying or RunTaskStatus.Waiting || (status(task) == RunTaskStatus.Pending && state.TurnOf(index) > 1);
    }

    private bool Holds(string task, JoinDefinition join)
    {
        state.Graph.TryGetTask(task, out var index);
        return join.Condition!.Evaluate(new RunScope(state).For(index)).IsTrue;
    }

    private IEnumerable<string> Earlier(string task)
        => PhaseOf(task).Tasks.TakeWhile(each => each.Id != task).Where(each => each.Choice == tasks[task].Choice).Select(each => each.Id);
}
