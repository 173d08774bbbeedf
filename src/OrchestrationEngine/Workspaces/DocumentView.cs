using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Workspaces;

/// <summary>What is read of a document in the run's loop, in one go.</summary>
/// <param name="Name">The document.</param>
/// <param name="Plan">The plan that held.</param>
/// <param name="Definition">What the plan or the engine says of the document; null where neither does.</param>
/// <param name="MayRead">Whether the one who asks may read it.</param>
/// <param name="Current">The current version; 0 where there is none.</param>
/// <param name="Place">Where the text of the version is that was asked for; null where there is no such version.</param>
internal sealed record DocumentView(string Name, OrchestrationPlan Plan, DocumentDefinition? Definition, bool MayRead, long Current, TextPlace? Place)
{
    /// <summary>Looks at a version; null for the current one.</summary>
    public static DocumentView Of(RunState state, WriteAuthor author, string name, long? version = null)
    {
        var document = state.Documents.Find(name);
        var current = document?.Version ?? 0;
        return new DocumentView(
            name,
            state.Graph.Plan,
            Runs.DocumentRules.Find(state.Graph.Plan, name),
            MaySee(state, author, name),
            current,
            document is not null && (version ?? current) is >= 1 and var wanted && wanted <= current ? TextPlace.Of(document, wanted) : null);
    }

    /// <summary>Whether somebody may read a document. A task that the plan has no more may not.</summary>
    public static bool MaySee(RunState state, WriteAuthor author, string name)
        => author.Person is not null || (author.TaskIn(state) is var task && state.Has(task) && Runs.DocumentRules.MayRead(state, task, name));

    /// <summary>Whether the document is JSON: by its media type, or else by its name.</summary>
    public bool IsJson => DocumentNames.IsJson(Definition?.MediaType ?? DocumentNames.MediaTypeOf(Name));
}

/// <summary>Where the text of a version is.</summary>
/// <param name="Version">The version.</param>
/// <param name="Text">The text, where it is at hand.</param>
/// <param name="Content">Where it is beside the journal; none where it is in the journal.</param>
/// <param name="First">The version whose fact has the first piece of it.</param>
/// <param name="FirstFact">The number of that fact.</param>
/// <param name="LastFact">The number of the fact with the last piece.</param>
internal sealed record TextPlace(long Version, string? Text, ContentDigest Content, long First, long FirstFact, long LastFact)
{
    public static TextPlace Of(RunDocument document, long version)
    {
        var isCurrent = version == document.Version;
        var first = document.FirstPieceOf(version);
        return new TextPlace(version, isCurrent ? document.Text : null, isCurrent ? document.Content : default, first, document.FactOf(first), document.FactOf(version));
    }
}
