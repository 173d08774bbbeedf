using System.Globalization;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>What callers may do about the items of a task: add some, say that there are no more, have enough of them. What was done before is done.</summary>
internal static class FanOutCommands
{
    public static string? Add(RunState state, RunCommand.AddItems command, List<RunEvent> facts)
    {
        if (FindList(state, command.Task, out var fanOut) is { } problem)
        {
            return problem;
        }

        if (command.Id is { } id && fanOut.Additions.Contains(id))
        {
            return null;
        }

        if (!IsOpenTo(state, fanOut))
        {
            return $"The list of task '{command.Task}' is what the plan gives, and takes no more items. A list takes them where the plan says so (forEach.open).";
        }

        if (WhyOver(state, fanOut) is { } over)
        {
            return $"Task '{command.Task}' takes no more items: {over}";
        }

        if (fanOut.IsSealed)
        {
            return $"Task '{command.Task}' takes no more items: its list is sealed.";
        }

        var count = FanOutList.CountOf(command.Items) ?? 0;
        if (fanOut.Count + count > FanOut.MaxItems)
        {
            return string.Create(CultureInfo.InvariantCulture, $"Task '{command.Task}' has {fanOut.Count:N0} items; with {count:N0} more it would have more than the {FanOut.MaxItems:N0} that a task can have.");
        }

        facts.Add(new TaskItemsAdded { Task = command.Task, Items = command.Items, Id = command.Id });
        return null;
    }

    public static string? Seal(RunState state, RunCommand.Seal command, List<RunEvent> facts)
    {
        if (FindList(state, command.Task, out var fanOut) is { } problem)
        {
            return problem;
        }

        if (!fanOut.IsSealed)
        {
            facts.Add(new TaskSealed { Task = command.Task });
        }

        return null;
    }

    public static string? Complete(RunState state, RunCommand.CompleteItems command, List<RunEvent> facts)
    {
        if (FindList(state, command.Task, out var fanOut) is { } problem)
        {
            return problem;
        }

        if (fanOut.Completing is { Failure: { } failure })
        {
            return $"Task '{command.Task}' is about to fail: {failure.Message}";
        }

        // What was asked for before is so.
        if (fanOut.Completing is not null || (fanOut is { IsSealed: true, Open: 0 } && state.Task(fanOut.Task).Status == RunTaskStatus.Succeeded))
        {
            return null;
        }

        if (WhyOver(state, fanOut) is { } over)
        {
            return $"The items of task '{command.Task}' can't be completed early: {over}";
        }

        facts.Add(new TaskCompleting { Task = command.Task, Reason = command.Reason });
        return null;
    }

    private static string? FindList(RunState state, string id, out FanOut fanOut)
    {
        fanOut = null!;
        if (!state.Graph.TryGetTask(id, out var task))
        {
            var nearest = new NameSuggestions().Find(id, state.Graph.Plan.Phases.SelectMany(phase => phase.Tasks).Select(each => each.Id));
            return $"The plan of run '{state.Id}' has no task '{id}'." + (nearest is null ? "" : $" Did you mean '{nearest}'?");
        }

        if (TaskKinds.Of(state, task) != TaskKind.ForEach)
        {
            return $"Task '{id}' is not done for each item of a list (forEach), so it has no items.";
        }

        if (state.Items.Find(task) is { IsExpanded: true } known)
        {
            fanOut = known;
            return null;
        }

        return $"Task '{id}' is {state.Task(task).Status} and has no list of items. It has one when it has started, which the journal says (task.expanded).";
    }

    private static bool IsOpenTo(RunState state, FanOut fanOut) => state.Definition(fanOut.Task) is var task && (task.ForEach?.Open ?? task.Join.Kind == JoinKind.Each);

    private static string? WhyOver(RunState state, FanOut fanOut)
    {
        if (state.IsTerminal)
        {
            return $"the run has ended as {state.Status}.";
        }

        if (RunDecider.StopReason(state, fanOut.Task) is { } reason)
        {
            return $"it is being stopped. {reason}";
        }

        if (fanOut.Completing is { } completing)
        {
            return completing.Reason;
        }

        var status = state.Task(fanOut.Task).Status;
        return status.IsTerminal() && !fanOut.HoldsPhase && fanOut.Open == 0 ? $"it has ended as {status}." : null;
    }
}
