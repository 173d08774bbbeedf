using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>What passes between two tasks of the plan, under which contracts, and in which form. The task that gets it depends on the one that sends it.</summary>
public sealed record HandoffDefinition
{
    /// <summary>The id, unique among the handoffs of the plan.</summary>
    public required string Id { get; init; }

    /// <summary>The task that sends.</summary>
    public required string From { get; init; }

    /// <summary>The task that gets it.</summary>
    public required string To { get; init; }

    /// <summary>What is sent: members of the sender's output, or artifacts that it made. It is checked before the receiver can see any of it.</summary>
    public IReadOnlyList<HandoffPart> Sends { get; init; } = [];

    /// <summary>What the receiver owes for it: members of its output, or artifacts that it made. It is checked before anybody can see any of it.</summary>
    public IReadOnlyList<HandoffPart> ExpectsInReturn { get; init; } = [];

    /// <summary>What is made of the sender's output before the receiver's inputs are bound to it, one after the other. Empty by default: it passes as it is.</summary>
    public IReadOnlyList<TransformDefinition> Transforms { get; init; } = [];

    /// <summary>What must hold of the output as the receiver gets it, after the transformations; null for nothing.</summary>
    public ContractUse? Contract { get; init; }
}

/// <summary>One named thing that passes with a handoff.</summary>
public sealed record HandoffPart
{
    /// <summary>The name: of a member of the output, or of an artifact that the attempt made.</summary>
    public required string Name { get; init; }

    /// <summary>What must hold of it; null where it is enough that it is there.</summary>
    public ContractUse? Contract { get; init; }

    /// <summary>Whether a violation counts. What is not critical is recorded, and passes. The default is true.</summary>
    public bool Critical { get; init; } = true;

    /// <summary>What happens when it is not there at all. The default is <see cref="OnMissing.Retry"/>.</summary>
    public OnMissing IfMissing { get; init; } = OnMissing.Retry;

    /// <summary>What it is, for people; or null.</summary>
    public string? Description { get; init; }
}

/// <summary>What happens when something that was to be handed over is not there.</summary>
public enum OnMissing
{
    /// <summary>It counts as a violation: the attempt failed, and its task's retry policy decides.</summary>
    Retry,

    /// <summary>It is recorded, and the rest passes without it.</summary>
    Skip,

    /// <summary>The task fails; it is not tried again.</summary>
    Fail,

    /// <summary>A person is asked: take it as it is, try again, go on without it, or give up.</summary>
    Ask,
}

/// <summary>One step that makes of an output what its consumer needs. Exactly one of its kinds is said.</summary>
public sealed record TransformDefinition
{
    /// <summary>Keeps only these members, by paths with dots. Empty for another kind.</summary>
    public IReadOnlyList<string> Select { get; init; } = [];

    /// <summary>New names of members, by their old ones. Empty for another kind.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Rename { get; init; } = [];

    /// <summary>A value with templates over the content: its members by their names, and all of it as <c>content</c>. Null for another kind.</summary>
    public DataTemplate? Map { get; init; }

    /// <summary>A text with templates over the content, which makes a JSON string of it. Null for another kind.</summary>
    public TextTemplate? Text { get; init; }

    /// <summary>The name of a transformation that the application registered. Null for another kind.</summary>
    public string? Uses { get; init; }

    /// <summary>An agent that makes it: the id of an agent of the plan, or the name of a registered one where the plan lists none. Null for another kind.</summary>
    public string? Agent { get; init; }
}
