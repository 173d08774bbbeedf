using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>A signal came from outside. It is kept, whether or not anything waits for it yet.</summary>
public sealed record SignalReceived : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "signal.received";

    /// <summary>The sender's own id for it, by which the same signal sent again is told from another one.</summary>
    public required string Id { get; init; }

    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>What it brings.</summary>
    public JsonData Payload { get; init; }
}
