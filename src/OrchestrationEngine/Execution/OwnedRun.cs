using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>
/// A run that this node has the lease on, for as long as it has it: the one place that says which loop is the run's. A run may be without a loop
/// for a while, after an error. Safe to use from many threads.
/// </summary>
internal sealed class OwnedRun(RunId id, long epoch, NodeStay stay, NodeContext node, IRunHost host)
{
    private readonly Lock _gate = new();
    private RunActor? _actor;
    private bool _ended;
    private volatile bool _isHandedOver;

    public RunId Id => id;

    /// <summary>The epoch of the lease, which every append carries.</summary>
    public long Epoch => epoch;

    public NodeStay Stay => stay;

    /// <summary>Whether a message was delivered to it under this lease.</summary>
    public bool HadMail { get; set; }

    /// <summary>The loop that is the run's now; null when it has none.</summary>
    public RunActor? Actor => Volatile.Read(ref _actor);

    /// <summary>Whether the lease is this node's no longer, or is about to be given back.</summary>
    public bool HasEnded => Volatile.Read(ref _ended);

    /// <summary>Whether it is to go to another node: it starts no attempts, and leaves when none is out.</summary>
    public bool IsHandedOver => _isHandedOver;

    /// <summary>How many of its attempts are out, as far as its loop has told.</summary>
    public int AttemptsOut => Actor?.AttemptsOut ?? 0;

    /// <summary>How many errors have stopped its loop.</summary>
    public int Faults { get; private set; }

    /// <summary>Whether it waits for its time after an error.</summary>
    public bool IsRecovering => Faults > 0 && Actor is null;

    /// <summary>Posts to the run's loop, making one where there is none.</summary>
    /// <returns>False when the run is this node's no longer.</returns>
    public bool TryPost(in Envelope envelope)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return false;
            }

            if (_actor?.TryPost(envelope) != true)
            {
                // There is none, or it closed a moment ago.
                _actor = new RunActor(this, node, host);
                _actor.TryPost(envelope);
            }

            return true;
        }
    }

    /// <summary>Sets when a loop wants to be woken. A loop that is the run's no longer sets nothing.</summary>
    public void WakeAt(RunActor actor, long? ticks, WakeUps wakeUps)
    {
        lock (_gate)
        {
            if (!_ended && _actor == actor)
            {
                wakeUps.Set(id, ticks);
            }
        }
    }

    /// <summary>A loop was stopped by an error: the run is without one until its time comes, or somebody posts.</summary>
    /// <returns>How long until then; null when the loop was the run's no longer.</returns>
    public TimeSpan? Recover(RunActor actor, WakeUps wakeUps)
    {
        lock (_gate)
        {
            if (_ended || _actor != actor)
            {
                return null;
            }

            _actor = null;
            var delay = Backoff.Delay(++Faults);
            wakeUps.Set(id, (node.Time.GetUtcNow() + delay).UtcTicks);
            return delay;
        }
    }

    /// <summary>A loop has nothing to do for now, and gives the run up.</summary>
    /// <returns>False when somebody posted meanwhile, so that the run has another loop, or is this node's no longer.</returns>
    public bool TryEnd(RunActor? actor, WakeUps wakeUps)
    {
        lock (_gate)
        {
            if (_ended || _actor != actor)
            {
                return false;
            }

            _ended = true;
            wakeUps.Set(id, null);
            return true;
        }
    }

    /// <summary>Has the run leave for another node, as soon as none of its attempts is out.</summary>
    /// <returns>Whether it has no loop that would see to that, and can be given back as it is.</returns>
    public bool HandOver()
    {
        _isHandedOver = true;
        return Actor?.TryPost(default) != true && !HasEnded;
    }

    /// <summary>Has the run stay after all.</summary>
    /// <returns>False when it has left.</returns>
    public bool TakeBack()
    {
        _isHandedOver = false;
        return TryPost(default);
    }

    /// <summary>The run is this node's no longer, whatever its loop does: what is under way is given up at once, and the loop ends when it can.</summary>
    /// <param name="wakeUps">Where it may have a time.</param>
    /// <param name="but">A loop that sees to its end by itself; null for none.</param>
    public void End(WakeUps wakeUps, RunActor? but = null)
    {
        RunActor? actor;
        lock (_gate)
        {
            if (!_ended)
            {
                _ended = true;
                wakeUps.Set(id, null);
            }

            actor = _actor;
        }

        if (actor is not null && actor != but)
        {
            actor.Abandon();
            actor.TryPost(new Envelope(null, Halt: true));
        }
    }
}
