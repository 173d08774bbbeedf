using System.Text;

namespace OrchestrationEngine.Plans;

/// <summary>What is different between two plans, for people and for programs. Phases and tasks are matched by their ids. Immutable.</summary>
public sealed record PlanDifference
{
    /// <summary>The ids of phases that only the new plan has, in its order.</summary>
    public IReadOnlyList<string> AddedPhases { get; init; } = [];

    /// <summary>The ids of phases that only the old plan has, in its order.</summary>
    public IReadOnlyList<string> RemovedPhases { get; init; } = [];

    /// <summary>The ids of tasks that only the new plan has, in its order.</summary>
    public IReadOnlyList<string> AddedTasks { get; init; } = [];

    /// <summary>The ids of tasks that only the old plan has, in its order.</summary>
    public IReadOnlyList<string> RemovedTasks { get; init; } = [];

    /// <summary>What is said in another way of the plan itself and of phases and tasks that both plans have.</summary>
    public IReadOnlyList<PlanMemberDifference> Changed { get; init; } = [];

    /// <summary>What comes before what in the new plan only, for whatever reason.</summary>
    public IReadOnlyList<PlanEdge> AddedEdges { get; init; } = [];

    /// <summary>What comes before what in the old plan only, for whatever reason.</summary>
    public IReadOnlyList<PlanEdge> RemovedEdges { get; init; } = [];

    /// <summary>Whether the plans say the same.</summary>
    public bool IsEmpty => AddedPhases.Count + RemovedPhases.Count + AddedTasks.Count + RemovedTasks.Count + Changed.Count + AddedEdges.Count + RemovedEdges.Count == 0;

    /// <summary>Compares two plans. The cost is linear in their tasks and edges.</summary>
    /// <param name="old">The plan as it was.</param>
    /// <param name="new">The plan as it is.</param>
    public static PlanDifference Between(OrchestrationPlan old, OrchestrationPlan @new)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(@new);
        return new PlanComparison(old, @new).Compare();
    }

    /// <summary>The difference as text, a line for each part of it: <c>+ task 'deploy'</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Lines(text, "+ phase", AddedPhases);
        Lines(text, "- phase", RemovedPhases);
        Lines(text, "+ task", AddedTasks);
        Lines(text, "- task", RemovedTasks);
        foreach (var member in Changed)
        {
            text.Append("~ ").Append(member).Append('\n');
        }

        foreach (var edge in AddedEdges)
        {
            text.Append("+ ").Append(edge).Append('\n');
        }

        foreach (var edge in RemovedEdges)
        {
            text.Append("- ").Append(edge).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    private static void Lines(StringBuilder text, string before, IReadOnlyList<string> ids)
    {
        foreach (var id in ids)
        {
            text.Append(before).Append(" '").Append(id).Append("'\n");
        }
    }
}

/// <summary>Something that two plans say in different ways.</summary>
/// <param name="Phase">The phase that it is said of; null where it is said of a task or of the plan itself.</param>
/// <param name="Task">The task that it is said of; null where it is said of a phase or of the plan itself.</param>
/// <param name="Member">Which of its members, as a plan file names them: <c>timeout</c>; <c>phase</c> for a task that is in another phase.</param>
/// <param name="Before">What the old plan says; null where it says nothing.</param>
/// <param name="After">What the new plan says; null where it says nothing.</param>
public sealed record PlanMemberDifference(string? Phase, string? Task, string Member, JsonData? Before, JsonData? After)
{
    /// <summary>The difference in a line: <c>task 'build': timeout "5m" -> "1h"</c>.</summary>
    public override string ToString()
    {
        var subject = Task is not null ? $"task '{Task}'" : Phase is not null ? $"phase '{Phase}'" : "plan";
        return $"{subject}: {Member} {Text(Before)} -> {Text(After)}";
    }

    private static string Text(JsonData? value) => value?.ToString() ?? "(not given)";
}

/// <summary>That one phase or task comes before another.</summary>
/// <param name="From">The id of the earlier one.</param>
/// <param name="To">The id of the later one.</param>
/// <param name="Kind">Why it comes before.</param>
public sealed record PlanEdge(string From, string To, PlanEdgeKind Kind)
{
    /// <summary>The edge in a line: <c>task 'a' before task 'b'</c>.</summary>
    public override string ToString() => Kind switch
    {
        PlanEdgeKind.Phase => $"phase '{From}' before phase '{To}'",
        PlanEdgeKind.Order => $"task '{From}' before task '{To}' (order only)",
        _ => $"task '{From}' before task '{To}'",
    };
}

/// <summary>Why something comes before something else.</summary>
public enum PlanEdgeKind
{
    /// <summary>A phase depends on a phase.</summary>
    Phase,

    /// <summary>A task depends on a task, and its join counts it.</summary>
    Join,

    /// <summary>A task must only have ended before another starts: by the order of their phase, by a condition, or by what they read and write.</summary>
    Order,
}
