using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrchestrationEngine.Hosting;

/// <summary>Says whether the node hangs, so that the process should be restarted. Asks nobody; may be called at any time.</summary>
internal sealed class NodeLiveCheck(IOrchestrator orchestrator) : IHealthCheck
{
    // A node whose store is out of reach tries again every half minute, and each try may take as long as the store's own time-out.
    private static readonly TimeSpan ShortestPatience = TimeSpan.FromMinutes(2);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        var node = orchestrator.DescribeNode();
        var result = node switch
        {
            { SilentFor: null } => HealthCheckResult.Healthy("The node is not started.", NodeHealth.DataOf(node)),
            { IsDraining: true } => HealthCheckResult.Healthy("The node is on its way down, or has stopped.", NodeHealth.DataOf(node)),
            { SilentFor: { } silence } when silence > PatienceWith(node) => new HealthCheckResult(
                context.Registration.FailureStatus,
                $"Node '{node.Name}' hangs: for {silence:c} it has neither renewed its lease nor been told by the store that something went wrong. Restart the process; other nodes go on with its runs.",
                exception: null,
                NodeHealth.DataOf(node)),
            _ => HealthCheckResult.Healthy("The node is at work.", NodeHealth.DataOf(node)),
        };
        return Task.FromResult(result);
    }

    private static TimeSpan PatienceWith(NodeStatus node)
    {
        var patience = 3 * node.LeaseDuration;
        return patience > ShortestPatience ? patience : ShortestPatience;
    }
}
