using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>What keeping the node entered tells the node. Called on timers' threads, and perhaps under a lock.</summary>
internal interface IMember
{
    /// <summary>Canceled when the node is on its way down.</summary>
    CancellationToken Stopping { get; }

    /// <summary>What a renewal tells the store.</summary>
    NodeHeartbeat Heartbeat(NodeId id);

    /// <summary>The node has joined. Returns at once.</summary>
    void Joined(NodeId id, LeaseValidity validity);

    /// <summary>The node has renewed.</summary>
    void Renewed();

    /// <summary>A stay is over; everything in its name must end now.</summary>
    void Lost(NodeId id, string reason);
}
