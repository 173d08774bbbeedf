namespace OrchestrationEngine.Plans;

/// <summary>
/// What happens to a task when nobody knows whether an attempt at it did its work: the process that made it ended before it was recorded,
/// or the attempt was given up because it did not stop when its time was over.
/// </summary>
public enum OnUnknown
{
    /// <summary>It is tried again, under the same idempotency key.</summary>
    Retry,

    /// <summary>The agent is asked first whether it happened. It has to be able to tell: <c>IAgentProbe</c>.</summary>
    Probe,

    /// <summary>It fails, as <see cref="FailureClass.Unknown"/>, and is not tried again.</summary>
    Fail,
}
