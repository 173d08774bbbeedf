namespace OrchestrationEngine.Agents;

/// <summary>Does tasks: the one interface between the engine and whatever carries out the work.</summary>
/// <remarks>
/// One instance serves many attempts at once, unless it is registered by its class: then each attempt has its own instance and scope.
/// An attempt may be made more than once (after a crash of the process, its outcome is unknown): give
/// <see cref="AgentRequest.IdempotencyKey"/> to whatever must not happen twice.
/// </remarks>
public interface IAgentAdapter
{
    /// <summary>Carries out one attempt at a task.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="context">What the engine offers while it is done.</param>
    /// <param name="cancellationToken">
    /// Canceled when the attempt is to stop: it took too long, or its phase or run is stopped. An agent that goes on after the grace period
    /// is given up; what it returns then is ignored.
    /// </param>
    /// <returns>
    /// The outcome; never null. A failure is returned, not thrown: an exception means a bug of the agent, and is not tried again.
    /// </returns>
    Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken);
}
