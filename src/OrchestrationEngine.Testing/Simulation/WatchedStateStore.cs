using System.Runtime.CompilerServices;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing;

/// <summary>Tells the watch what the store was asked by one life and what it said. Calls complete at once, so what is told is what is so.</summary>
internal sealed class WatchedStateStore(IStateStore inner, ClusterWatch watch, SimulatedLife life) : DelegatingStateStore(inner)
{
    public override async ValueTask<RunId> CreateAsync(NewRun run, CancellationToken cancellationToken)
    {
        var winner = await Inner.CreateAsync(run, cancellationToken).ConfigureAwait(false);
        watch.Created(life, run, winner);
        return winner;
    }

    public override async ValueTask AppendAsync(RunAppend append, CancellationToken cancellationToken)
    {
        try
        {
            await Inner.AppendAsync(append, cancellationToken).ConfigureAwait(false);
        }
        catch (OrchestrationException e)
        {
            watch.Refused(life, append, e);
            throw;
        }

        watch.Appended(life, append);
    }

    public override async IAsyncEnumerable<RecordedEvent> ReadAsync(RunId run, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = 0L;
        await foreach (var recorded in Inner.ReadAsync(run, afterSequence, cancellationToken).ConfigureAwait(false))
        {
            last = recorded.Sequence;
            yield return recorded;
        }

        // Not reached where the reader has what it wants before the end.
        watch.Read(life, run, afterSequence, last, isWhole: true);
    }

    public override async ValueTask<NodeId> JoinAsync(NodeRegistration node, CancellationToken cancellationToken)
    {
        var id = await Inner.JoinAsync(node, cancellationToken).ConfigureAwait(false);
        watch.Joined(life, node, id);
        return id;
    }

    public override async ValueTask<bool> RenewAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        var isEntered = await Inner.RenewAsync(heartbeat, cancellationToken).ConfigureAwait(false);
        watch.Renewed(life, heartbeat.Node, isEntered);
        return isEntered;
    }

    public override async ValueTask LeaveAsync(NodeId node, CancellationToken cancellationToken)
    {
        await Inner.LeaveAsync(node, cancellationToken).ConfigureAwait(false);
        watch.Left(node);
    }

    public override async ValueTask<LeasedRuns> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        watch.Acquires(request.Node);
        var leased = await Inner.AcquireAsync(request, cancellationToken).ConfigureAwait(false);
        watch.Acquired(life, request, leased);
        return leased;
    }

    public override async ValueTask<bool> ReleaseAsync(LeaseRelease release, CancellationToken cancellationToken)
    {
        var isEnded = await Inner.ReleaseAsync(release, cancellationToken).ConfigureAwait(false);
        watch.Released(life, release, isEnded);
        return isEnded;
    }

    public override async ValueTask PostAsync(InboxMessage message, CancellationToken cancellationToken)
    {
        await Inner.PostAsync(message, cancellationToken).ConfigureAwait(false);
        watch.Posted(message);
    }

    public override async ValueTask<IReadOnlyList<InboxMessage>> ReadInboxAsync(NodeId node, int max, CancellationToken cancellationToken)
    {
        var mail = await Inner.ReadInboxAsync(node, max, cancellationToken).ConfigureAwait(false);
        watch.InboxRead(life, node, max, mail);
        return mail;
    }
}
