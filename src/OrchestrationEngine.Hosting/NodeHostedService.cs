using Microsoft.Extensions.Hosting;

namespace OrchestrationEngine.Hosting;

/// <summary>The node as the host sees it. The host calls one member at a time.</summary>
internal sealed class NodeHostedService(IOrchestrator orchestrator) : IHostedLifecycleService
{
    // Recovered runs start their agents at once, and those may need what other hosted services set up.
    public Task StartedAsync(CancellationToken cancellationToken) => orchestrator.StartNodeAsync(cancellationToken);

    // Before any other service stops, so that attempts under way still have what they need, and all of the host's shutdown timeout.
    public Task StoppingAsync(CancellationToken cancellationToken) => orchestrator.StopNodeAsync(cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
