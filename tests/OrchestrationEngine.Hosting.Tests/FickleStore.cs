using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Hosting.Tests;

/// <summary>A store that works, fails or does not answer, as the test says, when nodes share runs through it.</summary>
internal sealed class FickleStore(IStateStore inner) : DelegatingStateStore(inner)
{
    public bool Fails { get; set; }

    public bool Hangs { get; set; }

    public override async ValueTask<NodeId> JoinAsync(NodeRegistration node, CancellationToken cancellationToken)
    {
        await PassAsync(cancellationToken);
        return await base.JoinAsync(node, cancellationToken);
    }

    public override async ValueTask<bool> RenewAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        await PassAsync(cancellationToken);
        return await base.RenewAsync(heartbeat, cancellationToken);
    }

    public override async ValueTask<LeasedRuns> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        await PassAsync(cancellationToken);
        return await base.AcquireAsync(request, cancellationToken);
    }

    private Task PassAsync(CancellationToken cancellationToken)
        => Fails ? throw new StateStoreException("The disk is on fire.", isTransient: true)
            : Hangs ? new TaskCompletionSource().Task.WaitAsync(cancellationToken)
            : Task.CompletedTask;
}
