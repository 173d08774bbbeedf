using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OrchestrationEngine;
using OrchestrationEngine.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Ties the engine's node to the life of the generic host.</summary>
public static class OrchestrationHostingExtensions
{
    /// <summary>
    /// Starts the node when the host has started, which takes up the unfinished runs of the store, and drains it when the host begins to stop.
    /// </summary>
    /// <remarks>
    /// The node starts after all hosted services have started and drains before the first of them stops, so agents may use any of them.
    /// Attempts under way have <see cref="OrchestrationOptions.ShutdownGracePeriod"/> or the host's shutdown timeout, whichever ends first;
    /// what is not done then is left for the next node. A wrong configuration, such as a missing store, makes the host's start fail.
    /// Calling this more than once is the same as calling it once.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    public static IOrchestrationBuilder UseHosting(this IOrchestrationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, NodeHostedService>());
        return builder;
    }
}
