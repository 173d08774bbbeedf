namespace OrchestrationEngine.Plans;

/// <summary>A document of the run's workspace: its versions are shared by the tasks of the run.</summary>
public sealed record DocumentDefinition
{
    /// <summary>The name, unique in the plan: segments with <c>/</c> between them, as <c>spec.md</c>; never absolute and never with <c>..</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for, for people; or null.</summary>
    public string? Description { get; init; }

    /// <summary>The media type; null for the one of the name's ending, or <c>text/plain</c>.</summary>
    public string? MediaType { get; init; }

    /// <summary>
    /// The tasks and agents (as <c>agent:NAME</c>) that may write it; <c>*</c> for all. Empty by default: the first task that writes it is its only writer.
    /// People may always.
    /// </summary>
    public IReadOnlyList<string> Writers { get; init; } = [];

    /// <summary>The tasks and agents (as <c>agent:NAME</c>) that may read it. Empty by default: all may.</summary>
    public IReadOnlyList<string> Readers { get; init; } = [];

    /// <summary>Whether it is a log: it is only added to, and everybody may add who may write. The default is false.</summary>
    public bool AppendOnly { get; init; }

    /// <summary>What happens when somebody writes who did not see the current version. The default is <see cref="DocumentMerge.Refuse"/>.</summary>
    public DocumentMerge Merge { get; init; } = DocumentMerge.Refuse;

    /// <summary>Who is told of a conflict that nothing else settles, with <see cref="DocumentMerge.Escalate"/>; null otherwise.</summary>
    public string? EscalateTo { get; init; }

    /// <summary>What must hold of each version; null for nothing.</summary>
    public ContractUse? Contract { get; init; }

    /// <summary>What it has in it when the run starts; null for nothing: it is not there then.</summary>
    public string? Initial { get; init; }
}

/// <summary>What happens when somebody writes a document who did not see its current version.</summary>
public enum DocumentMerge
{
    /// <summary>The write is refused, and the writer gets the current text to try again.</summary>
    Refuse,

    /// <summary>The write becomes the next version; what it replaces stays in the history.</summary>
    LastWriter,

    /// <summary>What both changed is merged: line by line, or member by member in JSON. Where both changed the same, the write is refused.</summary>
    ThreeWay,

    /// <summary>The write is set aside, and a person decides.</summary>
    Ask,

    /// <summary>The write is set aside, and whom the document names is told.</summary>
    Escalate,
}
