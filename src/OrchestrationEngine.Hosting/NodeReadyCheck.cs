using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrchestrationEngine.Hosting;

/// <summary>Says whether the node can take runs. Asks nobody; may be called at any time.</summary>
internal sealed class NodeReadyCheck(IOrchestrator orchestrator) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        var node = orchestrator.DescribeNode();
        var data = NodeHealth.DataOf(node);
        var result = WhyNot(node) is { } reason
            ? new HealthCheckResult(context.Registration.FailureStatus, reason, exception: null, data)
            : node.Runs >= node.MaxRuns
                ? HealthCheckResult.Degraded($"Node '{node.Name}' has no room for more runs: it has {node.Runs} of {node.MaxRuns} ({nameof(OrchestrationOptions.MaxRuns)}).", data: data)
                : HealthCheckResult.Healthy("The node takes runs.", data);
        return Task.FromResult(result);
    }

    private static string? WhyNot(NodeStatus node) => node switch
    {
        { IsDraining: true } => $"Node '{node.Name}' is on its way down, or has stopped: it takes no runs and starts no attempts.",
        { IsStarted: false } => $"Node '{node.Name}' is not started. It starts with the host (UseHosting), or with the first call.",
        { HasValidLease: false, LastStoreError: { } error } => $"Node '{node.Name}' has no valid lease, and goes on trying. The store's last error, of {error.At:u}: {error.Message}",
        { HasValidLease: false } => $"Node '{node.Name}' has no valid lease: the store has not answered yet.",
        _ => null,
    };
}
