namespace OrchestrationEngine.Execution;

/// <summary>What a limit of the engine is about.</summary>
internal enum RoomKind
{
    /// <summary>All attempts.</summary>
    Engine,

    /// <summary>The attempts of all runs of a plan.</summary>
    Plan,

    /// <summary>The attempts by an agent.</summary>
    Agent,

    /// <summary>A named resource.</summary>
    Resource,
}

/// <summary>One limit of the engine and how much of it is taken. Changed by the <see cref="EngineRoom"/> alone, under its lock.</summary>
internal sealed class RoomPool(RoomKind kind, string? name, int capacity)
{
    public RoomKind Kind => kind;

    /// <summary>Of which plan, agent or resource it is the limit; null for the engine's own.</summary>
    public string? Name => name;

    /// <summary>How much there is; 0 for a resource that nobody has named to the engine.</summary>
    public int Capacity => capacity;

    /// <summary>How much is taken.</summary>
    public int Used { get; set; }

    /// <summary>The lines in which somebody stands for something that needs it.</summary>
    public List<RoomLine> Lines { get; } = [];

    /// <summary>Whether what comes back of it may be kept for a line. Room for attempts goes to whoever's turn it is, and nobody can keep it from others.</summary>
    public bool CanBeKept => kind is RoomKind.Agent or RoomKind.Resource;
}

/// <summary>How much of a limit an attempt takes.</summary>
internal readonly record struct RoomNeed(RoomPool Pool, int Weight);
