using Microsoft.Extensions.DependencyInjection;

namespace OrchestrationEngine.Agents;

/// <summary>An agent that the application registered.</summary>
/// <param name="Name">The name that plans use.</param>
/// <param name="Adapter">The instance that serves all attempts, or null where each attempt has its own.</param>
/// <param name="AdapterType">The class that is resolved from each attempt's scope, or null.</param>
/// <param name="MaxConcurrent">How many attempts it may have under way at the same time; null for no limit of its own.</param>
internal sealed record AgentRegistration(string Name, IAgentAdapter? Adapter, Type? AdapterType, int? MaxConcurrent = null)
{
    /// <summary>The version of what it does; null where the application gives none.</summary>
    public string? Version { get; init; }

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
        foreach (var registration in registrations)
        {
            _byName.TryAdd(registration.Name, registration);
        }
    }

    /// <summary>How many attempts the agents that have a limit of their own may have under way.</summary>
    public IReadOnlyDictionary<string, int> MaxConcurrent
        => _byName.Values.Where(agent => agent.MaxConcurrent is not null).ToDictionary(agent => agent.Name, agent => agent.MaxConcurrent!.Value, StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names => _byName.Keys;

    public AgentRegistration? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>What is wrong with some registrations.</summary>
    public static IEnumerable<string> Problems(IReadOnlyCollection<AgentRegistration> registrations)
    {
        foreach (var twice in registrations.GroupBy(registration => registration.Name, StringComparer.Ordinal).Where(same => same.Count() > 1))
        {
            yield return $"Agent '{twice.Key}' is registered {(twice.Count() == 2 ? "twice" : $"{twice.Count()} times")}; give each agent a name of its own.";
        }

        foreach (var registration in registrations.Where(registration => registration.MaxConcurrent < 1))
        {
            yield return $"Agent '{registration.Name}': {nameof(AgentOptions.MaxConcurrent)} is {registration.MaxConcurrent}; expected at least 1, or null for no limit.";
        }
    }
}
