using System.Text.Json.Serialization;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>The task is done once for each item of a list, which is known now. Facts about one of them carry its number in the list.</summary>
public sealed record TaskExpanded : TaskEvent
{
    /// <inheritdoc/>
    public override string Type => "task.expanded";

    /// <summary>The items, as a JSON list; null where they come from tasks (<see cref="Sources"/>).</summary>
    public JsonData? Items { get; init; }

    /// <summary>The tasks that have arrived at a join which makes an item of each, in that order; null for a list.</summary>
    public IReadOnlyList<string>? Sources { get; init; }

    /// <summary>Whether no more items are added.</summary>
    public bool Sealed { get; init; }
}

/// <summary>The task has more items, at the end of its list.</summary>
public sealed record TaskItemsAdded : TaskEvent
{
    /// <inheritdoc/>
    public override string Type => "task.items_added";

    /// <summary>The items, as a JSON list; null where they come from tasks (<see cref="Sources"/>).</summary>
    public JsonData? Items { get; init; }

    /// <summary>The tasks that have arrived since at a join which makes an item of each, in that order; null for a list.</summary>
    public IReadOnlyList<string>? Sources { get; init; }

    /// <summary>The id that the caller gave the addition, by which it is made once; null for none.</summary>
    public string? Id { get; init; }

    /// <summary>Whether no more items are added.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Sealed { get; init; }
}

/// <summary>No more items are added to the task's list.</summary>
public sealed record TaskSealed : TaskEvent
{
    /// <inheritdoc/>
    public override string Type => "task.sealed";
}

/// <summary>
/// The task is about to end with the items that it has: those under way are asked to stop, and those that are not are canceled by this.
/// It succeeds or fails when none is under way any more.
/// </summary>
public sealed record TaskCompleting : TaskEvent
{
    /// <inheritdoc/>
    public override string Type => "task.completing";

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Why the task fails; null where it succeeds.</summary>
    public Failure? Failure { get; init; }
}
