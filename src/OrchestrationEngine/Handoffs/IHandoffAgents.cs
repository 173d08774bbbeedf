using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Handoffs;

/// <summary>
/// Calls agents for contracts and transformations. The engine's own <see cref="Handoff"/> is one, so that an agent is called within the attempt whose
/// output it looks at: with its token, its time and its scope.
/// </summary>
internal interface IHandoffAgents
{
    /// <summary>Has an agent judge the content of this handoff.</summary>
    /// <param name="agent">The registered name of the agent.</param>
    /// <param name="criteria">What it is to look at; null leaves that to the agent.</param>
    /// <param name="cancellationToken">Canceled when the attempt is to stop.</param>
    /// <returns>The agent's output as it is. An agent that fails is an exception.</returns>
    ValueTask<JsonData> JudgeAsync(string agent, string? criteria, CancellationToken cancellationToken);

    /// <summary>Has an agent make of the content of this handoff what its consumer needs.</summary>
    /// <param name="agent">The registered name of the agent.</param>
    /// <param name="cancellationToken">Canceled when the attempt is to stop.</param>
    /// <returns>The agent's output. An agent that fails is an exception.</returns>
    ValueTask<JsonData> TransformAsync(string agent, CancellationToken cancellationToken);
}
