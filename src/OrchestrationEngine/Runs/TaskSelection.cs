namespace OrchestrationEngine.Runs;

/// <summary>Some tasks of a run: those that fit everything that is given here. At least one of the members must be given.</summary>
public sealed record TaskSelection
{
    /// <summary>The id of the phase that they belong to; null for any.</summary>
    public string? Phase { get; init; }

    /// <summary>A label that they have (<see cref="Plans.TaskDefinition.Tags"/>); null for any.</summary>
    public string? Tag { get; init; }

    /// <summary>Their ids; null for any.</summary>
    public IReadOnlyList<string>? Tasks { get; init; }

    /// <summary>The tasks of a phase.</summary>
    /// <param name="phase">The id of the phase.</param>
    public static TaskSelection InPhase(string phase)
    {
        ArgumentException.ThrowIfNullOrEmpty(phase);
        return new TaskSelection { Phase = phase };
    }

    /// <summary>The tasks that have a label.</summary>
    /// <param name="tag">The label.</param>
    public static TaskSelection WithTag(string tag)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        return new TaskSelection { Tag = tag };
    }

    /// <summary>Tasks by their ids.</summary>
    /// <param name="tasks">The ids; at least one.</param>
    public static TaskSelection Of(params IReadOnlyList<string> tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentOutOfRangeException.ThrowIfZero(tasks.Count, nameof(tasks));
        return new TaskSelection { Tasks = [.. tasks] };
    }

    /// <summary>The selection in words.</summary>
    internal string Describe()
    {
        var parts = new List<string>();
        if (Tasks is { } tasks)
        {
            parts.Add((tasks.Count == 1 ? "task " : "tasks ") + string.Join(", ", tasks.Select(task => $"'{task}'")));
        }

        if (Phase is not null)
        {
            parts.Add($"phase '{Phase}'");
        }

        if (Tag is not null)
        {
            parts.Add($"tag '{Tag}'");
        }

        return string.Join(", ", parts);
    }
}
