using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>Creates runs: as this node's own where it has room, otherwise for whichever node has. Safe to use from many threads.</summary>
internal sealed class RunCreation(NodeContext node, IClaimant claimant, NodeMembership membership, RunClaims claims)
{
    /// <summary>Creates a run and sets it going, here where there is room.</summary>
    public async Task<RunId> CreateAsync(RunId id, RunCreated created, PlanGraph graph, CancellationToken cancellationToken)
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
        var (winner, owner) = await StoreAsync(run, cancellationToken).ConfigureAwait(false);
        if (winner != id)
        {
            owner?.Unreserve();
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

    // The run that is there then, and the stay that has the lease on it and in which room for it is reserved.
    private async Task<(RunId Winner, NodeStay? Owner)> StoreAsync(NewRun run, CancellationToken cancellationToken)
    {
        if (claimant.TakesRuns && membership.HasValidLease && claimant.Stay is { } owner && owner.TryReserve(Math.Min(node.Settings.MaxRuns, claims.ForNewRuns)))
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
