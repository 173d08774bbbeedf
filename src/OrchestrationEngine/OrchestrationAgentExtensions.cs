using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrchestrationEngine;
using OrchestrationEngine.Agents;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers agents under the names that plans use.</summary>
public static class OrchestrationAgentExtensions
{
    /// <summary>Registers an agent that is a function.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name that plans use.</param>
    /// <param name="execute">Carries out one attempt; called from many threads at once. See <see cref="IAgentAdapter.ExecuteAsync"/>.</param>
    public static IOrchestrationBuilder AddAgent(
        this IOrchestrationBuilder builder,
        string name,
        Func<AgentRequest, IAgentContext, CancellationToken, Task<AgentResult>> execute)
    {
        ArgumentNullException.ThrowIfNull(execute);
        return builder.AddAgent(name, new DelegateAgent(execute));
    }

    /// <summary>Registers an instance that serves all attempts.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name that plans use.</param>
    /// <param name="adapter">The agent; called from many threads at once.</param>
    public static IOrchestrationBuilder AddAgent(this IOrchestrationBuilder builder, string name, IAgentAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        return Add(builder, new AgentRegistration(name, adapter, null));
    }

    /// <summary>Registers an agent by its class: each attempt resolves its own from a scope of its own.</summary>
    /// <typeparam name="TAgent">The class. It is added to the services as transient unless it is there already.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name that plans use.</param>
    public static IOrchestrationBuilder AddAgent<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TAgent>(
        this IOrchestrationBuilder builder,
        string name)
        where TAgent : class, IAgentAdapter
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddTransient<TAgent>();
        return Add(builder, new AgentRegistration(name, null, typeof(TAgent)));
    }

    private static IOrchestrationBuilder Add(IOrchestrationBuilder builder, AgentRegistration registration)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(registration.Name);
        builder.Services.AddSingleton(registration);
        return builder;
    }
}
