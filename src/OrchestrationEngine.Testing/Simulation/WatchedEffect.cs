using OrchestrationEngine.Agents;

namespace OrchestrationEngine.Testing;

/// <summary>One attempt under way.</summary>
internal sealed class WatchedEffect(SimulatedLife life, AgentRequest request, long epoch)
{
    public SimulatedLife Life => life;

    public AgentRequest Request => request;

    /// <summary>The epoch of the lease under which it began.</summary>
    public long Epoch => epoch;

    /// <summary>Whether it was asked to stop.</summary>
    public bool IsToldToStop { get; set; }

    public override string ToString() => $"attempt {request.Attempt} of task '{request.Task}' of run '{request.Run}' on {life}";
}
