namespace OrchestrationEngine.Sqlite.Tests;

/// <summary>The tables of a store, by what happens to their rows when a run is removed.</summary>
internal static class Tables
{
    /// <summary>Those with rows of runs: nothing of a run may be left in them.</summary>
    public static readonly IReadOnlyList<string> OfRuns = ["runs", "run_events", "step_attempts", "inbox", "snapshots", "purges"];

    /// <summary>Those without. What is of artifacts goes by their collection: a content may be one of several runs.</summary>
    public static readonly IReadOnlyList<string> Others = ["agent_sets", "artifact_links", "bell", "content_pieces", "contents", "memos", "nodes"];
}
