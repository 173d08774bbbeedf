using System.Collections.Concurrent;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>
/// Finds leases that the store has given to this node and of which the node has not heard: after a call whose answer was lost, they would be renewed for
/// ever and used by nobody. Many threads add; the claims loop alone looks.
/// </summary>
internal sealed class UnheardLeases(NodeContext node, LeaseReleases releases, Func<NodeStay, LeasedRun, OwnedRun?> take)
{
    private static readonly RunStatus[] Unfinished = [RunStatus.Pending, RunStatus.Running, RunStatus.Paused];

    private readonly ConcurrentQueue<RunId> _runs = new();
    private volatile bool _any;

    /// <summary>Perhaps there is a lease on this run.</summary>
    public void Add(RunId run) => _runs.Enqueue(run);

    /// <summary>Perhaps there is a lease on any run.</summary>
    public void AddAll() => _any = true;

    /// <summary>Looks, where there is a reason to, and takes what it finds.</summary>
    public async ValueTask AdoptAsync(NodeStay stay, CancellationToken cancellationToken)
    {
        while (_runs.TryPeek(out var run))
        {
            await AdoptAsync(stay, run, cancellationToken).ConfigureAwait(false);
            _runs.TryDequeue(out _);
        }

        if (!_any)
        {
            return;
        }

        _any = false;
        try
        {
            await AdoptAllAsync(stay, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            _any = true;
            throw;
        }
    }

    /// <summary>Takes one run, where the store has given it to the stay.</summary>
    public async ValueTask<OwnedRun?> AdoptAsync(NodeStay stay, RunId run, CancellationToken cancellationToken)
        => await node.Store.FindAsync(run, cancellationToken).ConfigureAwait(false) is { } summary ? Adopt(stay, summary) : null;

    private async ValueTask AdoptAllAsync(NodeStay stay, CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            var query = new RunQuery { Statuses = Unfinished, PageSize = RunQuery.MaxPageSize, Continuation = continuation };
            var page = await node.Store.QueryAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var summary in page.Items)
            {
                Adopt(stay, summary);
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);
    }

    private OwnedRun? Adopt(NodeStay stay, RunSummary summary)
        => summary.Node == stay.Id && !releases.Has(summary.Id, summary.Epoch) && stay.Find(summary.Id)?.Epoch != summary.Epoch
            ? take(stay, new LeasedRun(summary.Id, summary.Epoch))
            : null;
}
