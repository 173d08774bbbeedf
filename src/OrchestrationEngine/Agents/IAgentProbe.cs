namespace OrchestrationEngine.Agents;

/// <summary>
/// An agent that can find out whether an attempt did its work when nobody saw its end. An ability that an <see cref="IAgentAdapter"/> may have;
/// tasks whose <see cref="Plans.TaskDefinition.OnUnknown"/> is <see cref="Plans.OnUnknown.Probe"/> need it.
/// </summary>
/// <remarks>
/// <para>
/// The request is that of the attempt that follows: its <see cref="AgentRequest.IdempotencyKey"/> is that of the attempts in question, and its
/// <see cref="AgentRequest.Attempt"/> is higher than that of any of them. When the answer is that nothing happened, the agent is called in this same attempt.
/// </para>
/// <para>
/// "It did not happen" is true only until a process that was merely paused wakes up and does it after all. An outside system keeps this from happening with a
/// <em>fence</em>: it remembers, for each idempotency key, the highest attempt that it has seen, the one of a probe included, and refuses lower ones. With a
/// probe and a fence, an effect happens exactly once.
/// </para>
/// </remarks>
public interface IAgentProbe
{
    /// <summary>Finds out whether the attempts before this one did the task's work. Changes nothing outside, but for the fence.</summary>
    /// <param name="request">The attempt that follows.</param>
    /// <param name="context">What the engine offers; the agent gets the same when it is called afterwards.</param>
    /// <param name="cancellationToken">Canceled when the attempt is to stop; the time for the probe is a part of the attempt's.</param>
    /// <returns>What was found; never null. An exception means a bug of the agent and fails the attempt.</returns>
    Task<AgentProbeResult> ProbeAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken);
}
