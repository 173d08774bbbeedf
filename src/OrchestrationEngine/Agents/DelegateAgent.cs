namespace OrchestrationEngine.Agents;

/// <summary>An agent that is a function.</summary>
internal sealed class DelegateAgent(Func<AgentRequest, IAgentContext, CancellationToken, Task<AgentResult>> execute) : IAgentAdapter
{
    public Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
        => execute(request, context, cancellationToken);
}
