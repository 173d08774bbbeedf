namespace OrchestrationEngine.State;

/// <summary>A node that joins a store.</summary>
public sealed record NodeRegistration
{
    /// <summary>Its name, at most one live node has it: who joins with a name puts out whoever had it before.</summary>
    public required string Name { get; init; }

    /// <summary>How long it stays entered without renewing; more than zero.</summary>
    public required TimeSpan LeaseDuration { get; init; }

    /// <summary>How many runs it has room for; told to others.</summary>
    public int MaxRuns { get; init; }

    /// <summary>How many attempts it makes at the same time at most; told to others.</summary>
    public int MaxAttempts { get; init; }
}

/// <summary>A sign of life of a node.</summary>
/// <param name="Node">The node.</param>
/// <param name="Attempts">How many attempts are under way in it.</param>
/// <param name="IsDraining">Whether it is on its way down and takes nothing more.</param>
public readonly record struct NodeHeartbeat(NodeId Node, int Attempts = 0, bool IsDraining = false);

/// <summary>What a store knows of a node. Times are of the store's clock.</summary>
public sealed record NodeSummary
{
    /// <summary>The id of its stay.</summary>
    public required NodeId Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>When it joined.</summary>
    public required DateTimeOffset JoinedAt { get; init; }

    /// <summary>When it was last heard of.</summary>
    public required DateTimeOffset RenewedAt { get; init; }

    /// <summary>When it is put out unless it is heard of again.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>How many runs it has leases on.</summary>
    public required int Runs { get; init; }

    /// <summary>How many runs it has room for.</summary>
    public required int MaxRuns { get; init; }

    /// <summary>How many attempts were under way when it was last heard of.</summary>
    public required int Attempts { get; init; }

    /// <summary>How many attempts it makes at the same time at most.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>Whether it is on its way down.</summary>
    public required bool IsDraining { get; init; }
}
