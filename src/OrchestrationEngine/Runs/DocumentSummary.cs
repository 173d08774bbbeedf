using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>A document of a run's workspace, without its text.</summary>
public sealed record DocumentSummary
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The number of the current version, from 1.</summary>
    public required long Version { get; init; }

    /// <summary>The size of the current version in bytes of UTF-8.</summary>
    public required int Size { get; init; }

    /// <summary>The task that wrote it first; null where no task did. Where the plan names no writers, no other task may write it.</summary>
    public string? Writer { get; init; }

    /// <summary>Whether it is only added to.</summary>
    public bool AppendOnly { get; init; }

    /// <summary>The media type that the plan says; null where it says none.</summary>
    public string? MediaType { get; init; }

    internal static DocumentSummary Of(RunState state, RunDocument document)
    {
        var definition = DocumentRules.Find(state.Graph.Plan, document.Name);
        return new DocumentSummary
        {
            Name = document.Name,
            Version = document.Version,
            Size = document.Bytes,
            Writer = document.Writer,
            AppendOnly = definition is { AppendOnly: true },
            MediaType = definition?.MediaType,
        };
    }
}

/// <summary>A write to the workspace that was set aside, because its author had not seen the current version, and waits for a person to decide.</summary>
/// <param name="Id">The id of the conflict, unique in the run.</param>
/// <param name="Document">The document.</param>
/// <param name="Seen">The version that the author had seen; 0 for none.</param>
/// <param name="Author">Who wrote, in words.</param>
/// <param name="To">Who is told, where the document names somebody; otherwise null.</param>
/// <param name="At">Since when it waits.</param>
public sealed record DocumentConflict(string Id, string Document, long Seen, string Author, string? To, DateTimeOffset At)
{
    internal static DocumentConflict Of(RunConflict conflict) => new(conflict.Id, conflict.Document, conflict.Seen, conflict.Author, conflict.To, conflict.At);
}
