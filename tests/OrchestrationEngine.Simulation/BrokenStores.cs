using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.SimulationTests;

/// <summary>Takes an append in whatever epoch it comes.</summary>
internal sealed class StoreThatIgnoresTheEpoch(IStateStore inner) : DelegatingStateStore(inner)
{
    public override async ValueTask AppendAsync(RunAppend append, CancellationToken cancellationToken)
    {
        var summary = await Inner.FindAsync(append.Run, cancellationToken);
        await Inner.AppendAsync(summary is null ? append : append with { Epoch = summary.Epoch }, cancellationToken);
    }
}

/// <summary>Acknowledges every so many appends without keeping them.</summary>
internal sealed class StoreThatLosesAppends(IStateStore inner, int every) : DelegatingStateStore(inner)
{
    private int _appends;

    public override ValueTask AppendAsync(RunAppend append, CancellationToken cancellationToken)
        => ++_appends % every == 0 ? ValueTask.CompletedTask : Inner.AppendAsync(append, cancellationToken);
}

/// <summary>Gives runs to a node that another node has, now and then.</summary>
internal sealed class StoreThatGivesARunToTwoNodes(IStateStore inner) : DelegatingStateStore(inner)
{
    private int _calls;

    public override async ValueTask<LeasedRuns> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        var leased = await Inner.AcquireAsync(request, cancellationToken);
        if (++_calls % 10 != 0 || request.MaxRuns <= leased.Runs.Count)
        {
            return leased;
        }

        var running = await Inner.QueryAsync(new RunQuery { Statuses = [RunStatus.Running] }, cancellationToken);
        return running.Items.FirstOrDefault(run => run.Node is { } node && node != request.Node) is { } taken
            ? leased with { Runs = [.. leased.Runs, new LeasedRun(taken.Id, taken.Epoch)] }
            : leased;
    }
}

/// <summary>Acknowledges every other message without keeping it.</summary>
internal sealed class StoreThatForgetsMessages(IStateStore inner) : DelegatingStateStore(inner)
{
    private int _posts;

    public override ValueTask PostAsync(InboxMessage message, CancellationToken cancellationToken)
        => ++_posts % 2 == 0 ? ValueTask.CompletedTask : Inner.PostAsync(message, cancellationToken);
}

/// <summary>Says that a lease was renewed whether it was or not.</summary>
internal sealed class StoreThatRenewsAnything(IStateStore inner) : DelegatingStateStore(inner)
{
    public override async ValueTask<bool> RenewAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        _ = await Inner.RenewAsync(heartbeat, cancellationToken);
        return true;
    }
}
