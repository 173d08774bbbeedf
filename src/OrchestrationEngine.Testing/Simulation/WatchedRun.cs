using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing;

/// <summary>What must be true of one run, by what the store has acknowledged.</summary>
internal sealed class WatchedRun(RunId id)
{
    public RunId Id => id;

    public JournalModel Journal { get; } = new();

    /// <summary>Which stay of a node has the lease on it; null for none.</summary>
    public NodeId? Holder { get; set; }

    public long Epoch { get; set; }

    /// <summary>From when on it may be acquired, in ticks of the true time; null while it is leased, and when it waits for a message.</summary>
    public long? DueAt { get; set; }

    public bool IsEnded => Journal.Status is not (RunStatus.Pending or RunStatus.Running or RunStatus.Paused);

    /// <summary>Messages without an answer.</summary>
    public HashSet<string> Mail { get; } = new(StringComparer.Ordinal);

    /// <summary>Which life stored the beginning of which attempt.</summary>
    public Dictionary<(string Task, int Attempt), SimulatedLife> Begun { get; } = [];

    /// <summary>Which run does which attempt.</summary>
    public Dictionary<(string Task, int Attempt), RunId> Children { get; } = [];

    /// <summary>Which life made which attempt.</summary>
    public Dictionary<(string Task, int Attempt), SimulatedLife> Made { get; } = [];

    /// <summary>Whether an agent did something that its plan does not foresee.</summary>
    public bool IsDisturbed { get; set; }

    public void EndLease(long? dueAt, long now)
    {
        if (Holder is not null)
        {
            Holder = null;
            Epoch++;
        }

        DueAt = Mail.Count > 0 ? now : dueAt;
    }
}

/// <summary>A stay of a node in the store.</summary>
internal sealed record WatchedStay(NodeId Id, string Name, SimulatedLife Life, long Duration)
{
    public long ExpiresAt { get; set; }
}
