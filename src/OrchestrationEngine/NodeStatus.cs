using OrchestrationEngine.Execution;
using OrchestrationEngine.State;

namespace OrchestrationEngine;

/// <summary>How this process's node does.</summary>
public sealed record NodeStatus
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The id of its stay in the store; null while it is not joined.</summary>
    public required NodeId? Id { get; init; }

    /// <summary>Whether it was started.</summary>
    public required bool IsStarted { get; init; }

    /// <summary>Whether it is on its way down, or has stopped.</summary>
    public required bool IsDraining { get; init; }

    /// <summary>Whether its leases hold: it has joined, and renewed in time.</summary>
    public required bool HasValidLease { get; init; }

    /// <summary>When it last joined or renewed with success; null for never.</summary>
    public required DateTimeOffset? LastRenewedAt { get; init; }

    /// <summary>How long its stay lasts without being renewed.</summary>
    public required TimeSpan LeaseDuration { get; init; }

    /// <summary>
    /// For how long it has neither renewed nor been told by the store that something went wrong; null before it was started. No clock that is set
    /// changes it. When it is many times <see cref="LeaseDuration"/> and the node is not draining, the node hangs.
    /// </summary>
    public required TimeSpan? SilentFor { get; init; }

    /// <summary>How many runs it has leases on.</summary>
    public required int Runs { get; init; }

    /// <summary>How many it may have.</summary>
    public required int MaxRuns { get; init; }

    /// <summary>How many of them are in memory.</summary>
    public required int LiveRuns { get; init; }

    /// <summary>How many attempts are under way.</summary>
    public required int Attempts { get; init; }

    /// <summary>How many may be.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>All limits of what may be under way, and how much of each is taken: the one of all attempts first, then those of plans, agents and resources that were set.</summary>
    public required IReadOnlyList<NodeLimit> Limits { get; init; }

    /// <summary>What went wrong last when the node shared runs through the store; null when that has gone well since.</summary>
    public required NodeStoreError? LastStoreError { get; init; }

    internal static NodeStatus Of(OrchestrationNode node)
    {
        var (stay, context) = (node.Stay, node.Context);
        return new NodeStatus
        {
            Name = context.Settings.NodeName,
            Id = stay?.Id,
            IsStarted = node.IsStarted,
            IsDraining = !node.TakesRuns,
            HasValidLease = node.HasValidLease,
            LastRenewedAt = node.LastRenewedAt,
            LeaseDuration = context.Settings.LeaseDuration,
            SilentFor = node.IsStarted ? context.Health.SilentFor : null,
            Runs = stay?.Count ?? 0,
            MaxRuns = context.Settings.MaxRuns,
            LiveRuns = stay?.LiveRuns ?? 0,
            Attempts = context.Room.Used,
            MaxAttempts = context.Settings.Limits.Attempts,
            Limits = [.. context.Room.Describe().Select(NodeLimit.Of)],
            LastStoreError = context.Health.LastError is { } error ? new NodeStoreError(error.Message, error.At) : null,
        };
    }
}

/// <summary>Something that went wrong with the store.</summary>
/// <param name="Message">What.</param>
/// <param name="At">When.</param>
public sealed record NodeStoreError(string Message, DateTimeOffset At);
