using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>What becomes of a run when its loop ends: its lease is given back, it is loaded again, or it is parked. Called by the loops.</summary>
internal sealed class RunDepartures(NodeContext node, IClaimant claimant, RunClaims claims, ParkedRuns parked, WakeUps wakeUps) : IRunHost
{
    public bool IsStopping => claimant.IsStopping;

    public void WakeAt(RunActor actor, long? ticks) => actor.Run.WakeAt(actor, ticks, wakeUps);

    public void Left(RunActor actor, in Departure departure)
    {
        var run = actor.Run;
        if (departure.LeaseEnded)
        {
            // Whoever posted meanwhile is told, and goes through the store.
            run.End(wakeUps, but: actor);
        }
        else if (run.TryEnd(actor, wakeUps))
        {
            claims.Release(run, departure switch
            {
                { IsHeld: true } => DueOfHeld(run),
                { IsHandedOver: true } => 0,
                _ => departure.DueAt,
            });
        }
        else if (!run.HasEnded)
        {
            // Somebody posted, and the run has another loop.
            return;
        }

        if (!departure.IsHeld)
        {
            parked.Forget(run.Id);
        }

        run.Stay.Remove(run);
        if (departure.RunEnded)
        {
            // Only now: who asks for the end and still finds the run here is told by this.
            node.Observers.Ended(run.Id);
        }
        else
        {
            node.Observers.Moved(run.Id);
        }

        claims.HasRoom();
    }

    /// <summary>Gives back a run that has no loop, for another node to go on with.</summary>
    public void LetGo(OwnedRun run)
    {
        if (run.TryEnd(null, wakeUps))
        {
            claims.Release(run, dueAt: 0);
            Dismiss(run);
        }
    }

    public void Faulted(RunActor actor, Exception exception)
    {
        var run = actor.Run;
        switch (exception)
        {
            case LeaseLostException:
                run.End(wakeUps, but: actor);
                Log.OwnedElsewhere(node.Log, run.Id, exception.Message);
                Dismiss(run);
                break;
            case RunNotFoundException when run.TryEnd(actor, wakeUps):
                Dismiss(run);

                // Who asks for its end and found it here would wait for ever.
                node.Observers.Failed(run.Id, exception);
                break;
            case JournalFormatException when run.TryEnd(actor, wakeUps):
                Log.Unreadable(node.Log, run.Id, exception);
                claims.Release(run, parked.Park(run.Id, exception.Message), exception.Message);
                Dismiss(run);
                node.Observers.Failed(run.Id, exception);
                break;
            default:
                if (!IsStopping && run.Recover(actor, wakeUps) is { } delay)
                {
                    Log.Faulted(node.Log, run.Id, delay, exception);
                }

                break;
        }
    }

    // One whose agents are said to be here and are not would come straight back; one that came for a message goes at once to who has them.
    private long? DueOfHeld(OwnedRun run) => run.HadMail ? 0 : parked.Park(run.Id, null);

    // The run is this node's no longer; those who wait for something of it look elsewhere from now on.
    private void Dismiss(OwnedRun run)
    {
        run.Stay.Remove(run);
        node.Observers.Moved(run.Id);
        claims.HasRoom();
    }
}
