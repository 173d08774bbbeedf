using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>How a task, or an item of one, is done.</summary>
internal enum TaskKind
{
    /// <summary>By an agent, attempt by attempt.</summary>
    Agent,

    /// <summary>Item by item.</summary>
    ForEach,

    /// <summary>By something that comes from outside.</summary>
    Wait,

    /// <summary>By a run of its own.</summary>
    SubPlan,

    /// <summary>By ending the run.</summary>
    End,
}

/// <summary>Tells how tasks and items are done.</summary>
internal static class TaskKinds
{
    public static TaskKind Of(RunState state, int task)
    {
        var own = state.TaskOf(task);
        if (!state.Graph.HasFlow(own))
        {
            return TaskKind.Agent;
        }

        var definition = state.Graph.Task(own);
        if (own == task && (definition.ForEach is not null || definition.Join.Kind == JoinKind.Each))
        {
            return TaskKind.ForEach;
        }

        return definition switch
        {
            { Wait: not null } => TaskKind.Wait,
            { SubPlan: not null } => TaskKind.SubPlan,
            { End: not null } => TaskKind.End,
            _ => TaskKind.Agent,
        };
    }
}
