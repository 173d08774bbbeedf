using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>
/// What the store remembers of a run that is appended to, the open transaction included. Used by the writer alone. Other processes write to the same
/// file, so it may be behind: an append counts only when the row still says the same, and nothing is refused from memory.
/// </summary>
internal sealed class LiveRun(long key)
{
    /// <summary>The key of the run's row.</summary>
    public long Key { get; } = key;

    /// <summary>The number of its last fact.</summary>
    public long Version { get; set; }

    /// <summary>Its epoch.</summary>
    public long Epoch { get; set; }

    /// <summary>Where it stands.</summary>
    public RunStatus Status { get; set; }

    /// <summary>The attempts that have started and not ended, by task; null until somebody asks. Right as long as the version is.</summary>
    public Dictionary<string, OpenAttempt>? OpenAttempts { get; set; }

    /// <summary>An attempt that has started and not ended.</summary>
    /// <param name="Attempt">Its number.</param>
    /// <param name="Position">The position of its row.</param>
    internal readonly record struct OpenAttempt(long Attempt, long Position);
}
