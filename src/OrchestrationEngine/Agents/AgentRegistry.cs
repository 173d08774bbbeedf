using Microsoft.Extensions.DependencyInjection;

namespace OrchestrationEngine.Agents;

/// <summary>An agent that the application registered.</summary>
/// <param name="Name">The name that plans use.</param>
/// <param name="Adapter">The instance that serves all attempts, or null where each attempt has its own.</param>
/// <param name="AdapterType">The class that is resolved from each attempt's scope, or null.</param>
internal sealed record AgentRegistration(string Name, IAgentAdapter? Adapter, Type? AdapterType)
{
    /// <summary>Whether it can find out about attempts whose outcome nobody knows.</summary>
    public bool CanProbe => Adapter is IAgentProbe || AdapterType?.IsAssignableTo(typeof(IAgentProbe)) == true;

    public IAgentAdapter For(IAgentContext context) => Adapter ?? (IAgentAdapter)context.Services.GetRequiredService(AdapterType!);
}

/// <summary>The agents of the application by name. Immutable.</summary>
internal sealed class AgentRegistry
{
    private readonly Dictionary<string, AgentRegistration> _byName = new(StringComparer.Ordinal);

    public AgentRegistry(IEnumerable<AgentRegistration> registrations)
    {
        var twice = new List<string>();
        foreach (var registration in registrations)
        {
            if (!_byName.TryAdd(registration.Name, registration))
            {
                twice.Add($"Agent '{registration.Name}' is registered twice; give each agent a name of its own.");
            }
        }

        if (twice.Count > 0)
        {
            throw new OrchestrationConfigurationException(twice);
        }
    }

    public IReadOnlyCollection<string> Names => _byName.Keys;

    public AgentRegistration? Find(string name) => _byName.GetValueOrDefault(name);
}
