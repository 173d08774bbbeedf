using OrchestrationEngine.Execution;

namespace OrchestrationEngine;

/// <summary>A limit of this process's node, and how it stands.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Name">The plan, agent or resource; null for the node's limit of all attempts.</param>
/// <param name="Used">How much is taken.</param>
/// <param name="Capacity">How much there is.</param>
/// <param name="Waiting">How many runs wait for it; a run that waits for several kinds of work counts for each.</param>
public sealed record NodeLimit(NodeLimitKind Kind, string? Name, int Used, int Capacity, int Waiting)
{
    internal static NodeLimit Of(RoomUse use) => new(KindOf(use.Kind), use.Name, use.Used, use.Capacity, use.Waiting);

    private static NodeLimitKind KindOf(RoomKind kind) => kind switch
    {
        RoomKind.Engine => NodeLimitKind.Attempts,
        RoomKind.Plan => NodeLimitKind.Plan,
        RoomKind.Agent => NodeLimitKind.Agent,
        RoomKind.Resource => NodeLimitKind.Resource,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}

/// <summary>What a limit is about.</summary>
public enum NodeLimitKind
{
    /// <summary>All attempts (<see cref="OrchestrationOptions.MaxConcurrentAttempts"/>).</summary>
    Attempts,

    /// <summary>The attempts of all runs of a plan (<see cref="OrchestrationOptions.MaxConcurrentPerPlan"/>).</summary>
    Plan,

    /// <summary>The attempts by an agent (<see cref="Agents.AgentOptions.MaxConcurrent"/>).</summary>
    Agent,

    /// <summary>A named resource (<see cref="OrchestrationOptions.Resources"/>).</summary>
    Resource,
}
