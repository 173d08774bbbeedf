using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Execution;

/// <summary>An agent that was called to judge or to transform what another hands over did not do it: nothing is known of the content.</summary>
internal sealed class AgentCallException(FailureClass kind, string message, bool retryable, TimeSpan? retryAfter = null) : OrchestrationException(message)
{
    public FailureClass Kind { get; } = kind;

    public bool Retryable { get; } = retryable;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
