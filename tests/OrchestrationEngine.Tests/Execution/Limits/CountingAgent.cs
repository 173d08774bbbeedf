using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Execution.Limits;

/// <summary>An agent that counts what is under way at the same time: of everything, and of what each call is said to take.</summary>
internal sealed class CountingAgent(Func<AgentRequest, IEnumerable<ResourceUse>> takes, Func<AgentRequest, CancellationToken, Task>? work = null) : IAgentAdapter
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _now = [];
    private readonly Dictionary<string, int> _most = [];

    public int Most(string name)
    {
        lock (_gate)
        {
            return _most.GetValueOrDefault(name);
        }
    }

    public async Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        Count(request, 1);
        try
        {
            await (work?.Invoke(request, cancellationToken) ?? Yielding());
            return AgentResult.Succeeded();
        }
        finally
        {
            Count(request, -1);
        }
    }

    private static async Task Yielding() => await Task.Yield();

    private void Count(AgentRequest request, int sign)
    {
        lock (_gate)
        {
            foreach (var use in takes(request))
            {
                var now = _now[use.Name] = _now.GetValueOrDefault(use.Name) + (sign * use.Weight);
                _most[use.Name] = Math.Max(_most.GetValueOrDefault(use.Name), now);
            }
        }
    }
}
