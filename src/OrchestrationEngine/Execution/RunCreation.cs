using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>Creates runs: as this node's own where it has room, otherwise for whichever node has. Safe to use from many threads.</summary>
internal sealed class RunCreation(NodeContext node, IClaimant claimant, NodeMembership membership, RunClaims claims)
{
    /// <summary>Whether the node is on its way down, and creates none any more.</summary>
    public bool IsClosed => claimant.IsStopping;

    /// <summary>Creates a run and sets it going, here where there is room.</summary>
    /// <param name="id">The run.</param>
    /// <param name="isIdGiven">Whether the id is the application's own, so that the run may be there since an earlier start with the same id and business key.</param>
    /// <param name="created">Its first fact.</param>
    /// <param name="graph">Its plan.</param>
    /// <param name="cancellationToken">Cancels before the run is stored.</param>
    /// <returns>The run that is there now.</returns>
    public async Task<RunId> CreateAsync(RunId id, bool isIdGiven, RunCreated created, PlanGraph graph, CancellationToken cancellationToken)
    {
        NodeStopped.ThrowIf(claimant.IsStopping);
        var first = new RecordedEvent(1, node.Time.GetUtcNow(), created);
        var run = new NewRun
        {
            Id = id,
            PlanId = created.Plan.Id,
            PlanVersion = created.Plan.Version,
            BusinessKey = created.BusinessKey,
            Agents = node.AgentsOf(graph),
            Events = new[] { first },
        };
        var (winner, owner) = await StoreAsync(run, mayOwn: node.WhyHeld(graph) is null, cancellationToken).ConfigureAwait(false);
        if (winner != id)
        {
            owner?.Unreserve();
        }
        else if (isIdGiven && run.BusinessKey is not null && owner is not null && !await IsNewAsync(id, owner).ConfigureAwait(false))
        {
            // It may be this node's for all that, from a start whose answer was lost.
            owner.Unreserve();
            claims.LookFor(id);
        }
        else
        {
            Log.Created(node.Log, id, created.Plan.Id);
            if (owner is not null && claimant.TryOwn(owner, new LeasedRun(id, 1), out var owned))
            {
                owned.TryPost(new Envelope(new RunCommand.Start(), Fresh: RunFold.Begin(id, first, graph, node.Settings.StopGracePeriod)));
            }
        }

        return winner;
    }

    // Whoever takes a run of another node for its own has the epoch of that node's lease, and no fence is between the two.
    private async Task<bool> IsNewAsync(RunId id, NodeStay owner)
    {
        try
        {
            return await node.Store.FindAsync(id, CancellationToken.None).ConfigureAwait(false) is { Epoch: 1, Version: 1, Node: { } holder } && holder == owner.Id;
        }
        catch (StateStoreException)
        {
            // The run is stored, and who started it hears so; whose it is, is looked for again.
            return false;
        }
    }

    private bool TryReserve(NodeStay stay)
        => stay.TryReserve(Math.Min(node.Settings.MaxRuns, claims.ForNewRuns)) || (!claims.TryGiveAway() && stay.TryReserve(node.Settings.MaxRuns));

    // The run that is there then, and the stay that has the lease on it and in which room for it is reserved.
    private async Task<(RunId Winner, NodeStay? Owner)> StoreAsync(NewRun run, bool mayOwn, CancellationToken cancellationToken)
    {
        if (mayOwn && claimant.TakesRuns && membership.HasValidLease && claimant.Stay is { } owner && TryReserve(owner))
        {
            try
            {
                return (await node.Store.CreateAsync(run with { Owner = owner.Id }, cancellationToken).ConfigureAwait(false), owner);
            }
            catch (NodeExpiredException)
            {
                owner.Unreserve();
                membership.PutOut(owner.Id);
            }
            catch (Exception e)
            {
                owner.Unreserve();
                if (e is not RunExistsException)
                {
                    // It may have been stored all the same, as this node's.
                    claims.LookFor(run.Id);
                }

                throw;
            }
        }

        var winner = await node.Store.CreateAsync(run, cancellationToken).ConfigureAwait(false);
        claims.Wake();
        return (winner, null);
    }
}
