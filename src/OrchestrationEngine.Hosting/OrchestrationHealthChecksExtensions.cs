using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrchestrationEngine;
using OrchestrationEngine.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Tells the application's health checks how the engine's node does.</summary>
public static class OrchestrationHealthChecksExtensions
{
    /// <summary>Adds two checks of the engine's node: whether it hangs, and whether it can take runs.</summary>
    /// <remarks>
    /// <para>
    /// <c>orchestration-live</c>, tagged <c>live</c>, is unhealthy when a node that was started and does not drain has neither renewed its lease nor
    /// been told of an error by its store for three lease durations, and for two minutes at least. A store out of reach does not make it so: a
    /// restart of the process would not help.
    /// </para>
    /// <para>
    /// <c>orchestration-ready</c>, tagged <c>ready</c>, is healthy when the node is started, has a valid lease and does not drain; degraded when it
    /// then has <see cref="OrchestrationOptions.MaxRuns"/> runs; and unhealthy otherwise, with the reason.
    /// </para>
    /// <para>Neither asks the store, so both answer at once. Their data are <c>name</c>, <c>id</c>, <c>runs</c>, <c>attempts</c> and <c>lastRenewal</c>.</para>
    /// </remarks>
    /// <param name="builder">The builder. Call this once.</param>
    public static IHealthChecksBuilder AddOrchestration(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .Add(new HealthCheckRegistration("orchestration-live", services => new NodeLiveCheck(services.GetRequiredService<IOrchestrator>()), failureStatus: null, tags: ["live"]))
            .Add(new HealthCheckRegistration("orchestration-ready", services => new NodeReadyCheck(services.GetRequiredService<IOrchestrator>()), failureStatus: null, tags: ["ready"]));
    }
}
