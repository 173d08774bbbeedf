using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing;

// Who has which run: the rules of ILeaseStore and IInboxStore, followed call by call.
internal sealed partial class ClusterWatch
{
    private readonly HashSet<string> _posted = new(StringComparer.Ordinal);
    private bool _everJoined;

    public void Joined(SimulatedLife life, NodeRegistration node, NodeId id)
    {
        foreach (var former in _stays.Values.Where(stay => stay.Name == node.Name).ToList())
        {
            EndStay(former, "another joined with its name", null);
        }

        _stays[id] = new WatchedStay(id, node.Name, life, node.LeaseDuration.Ticks) { ExpiresAt = loop.Now + node.LeaseDuration.Ticks };
        life.Stays.Add(id);
        _everJoined = true;
    }

    public void Renewed(SimulatedLife life, NodeId node, bool isEntered)
    {
        if (isEntered != _stays.TryGetValue(node, out var stay))
        {
            Fail("a node is entered or put out", $"{life} renewed '{node}', and the store said {(isEntered ? "yes, though it was put out" : "no, though nobody has put it out")}.");
        }
        else if (stay is not null)
        {
            stay.ExpiresAt = loop.Now + stay.Duration;
        }
    }

    public void Left(NodeId node)
    {
        if (_stays.TryGetValue(node, out var stay))
        {
            EndStay(stay, "it left", AMoment);
        }
    }

    public void Acquires(NodeId node)
    {
        foreach (var expired in _stays.Values.Where(stay => stay.ExpiresAt <= loop.Now && stay.Id != node).ToList())
        {
            EndStay(expired, "its time was over", TimeSpan.Zero);
        }
    }

    public void Acquired(SimulatedLife life, LeaseRequest request, LeasedRuns leased)
    {
        if (!_stays.ContainsKey(request.Node))
        {
            Fail("only a node that is entered has leases", $"{life} acquired runs as '{request.Node}', which is not entered.");
            return;
        }

        foreach (var lease in leased.Runs)
        {
            var run = _runs[lease.Run];
            if (run.Holder is not null)
            {
                Fail("no run is given to two nodes", $"Run '{run.Id}' was given to {life} in epoch {lease.Epoch}, {HolderOf(run)} in epoch {run.Epoch}.");
            }
            else if (lease.Epoch <= run.Epoch || run.DueAt is null || run.DueAt > loop.Now)
            {
                Fail("a lease is a new epoch of a due run", $"Run '{run.Id}' was given to {life} in epoch {lease.Epoch}; it was in epoch {run.Epoch} and {(run.DueAt is null ? "not due" : $"due at {TimeSpan.FromTicks(run.DueAt.Value)}")}.");
            }

            (run.Holder, run.Epoch, run.DueAt) = (request.Node, lease.Epoch, null);
            trace.Add(loop.Now, life, "has", run.Id.Value, lease.Epoch);
        }
    }

    public void Released(SimulatedLife life, LeaseRelease release, bool isEnded)
    {
        if (!isEnded || !_runs.TryGetValue(release.Run, out var run))
        {
            return;
        }

        if (run.Holder is null || run.Epoch != release.Epoch)
        {
            Fail("a lease ends once", $"{life} released run '{run.Id}' in epoch {release.Epoch}; it is in epoch {run.Epoch}, {HolderOf(run)}.");
            return;
        }

        if (Running(life, run.Id).FirstOrDefault(effect => !effect.IsToldToStop) is { } running)
        {
            Fail("who gives a run away has stopped its attempts", $"{life} released run '{run.Id}' while {running} was under way and not told to stop.");
        }

        run.EndLease(release.WakeAfter is { } wait ? loop.Now + Math.Min(wait.Ticks, TimeSpan.TicksPerDay * 10_000) : null, loop.Now);
    }

    public void Posted(InboxMessage message)
    {
        if (_posted.Add(message.Id) && _runs.TryGetValue(message.Run, out var run))
        {
            run.Mail.Add(message.Id);
            if (run.Holder is null)
            {
                run.DueAt = loop.Now;
            }
        }
    }

    public void InboxRead(SimulatedLife life, NodeId node, int max, IReadOnlyList<InboxMessage> mail)
    {
        var expected = _stays.ContainsKey(node) ? _runs.Values.Where(run => run.Holder == node).Sum(run => run.Mail.Count) : 0;
        if (mail.Count != Math.Min(max, expected))
        {
            Fail("no message is lost", $"{life} read the messages of its runs and got {mail.Count}; {expected} are without an answer.");
        }
    }

    /// <summary>Looks whether every due run has an owner, as far as there is a node that could be.</summary>
    /// <param name="healthySince">Since when there has been a node that could take a run; null when there is none.</param>
    /// <param name="bound">How long a run may be without an owner.</param>
    public void LookForOwners(long? healthySince, TimeSpan bound)
    {
        if (!_everJoined)
        {
            return;
        }

        foreach (var run in _runs.Values)
        {
            if (OwnerlessSince(run) is { } since && healthySince is { } healthy && loop.Now - Math.Max(since, healthy) > bound.Ticks)
            {
                Fail("no run is without an owner for longer than the bound", $"Run '{run.Id}' ({run.Journal.Status}) has been without an owner since {TimeSpan.FromTicks(since)}, and a node that could have taken it has been there since {TimeSpan.FromTicks(healthy)}. The bound is {bound}.");
                return;
            }
        }
    }

    private long? OwnerlessSince(WatchedRun run)
    {
        if (run.Holder is null)
        {
            return run.DueAt is { } due && due <= loop.Now ? due : null;
        }

        return _stays.TryGetValue(run.Holder.Value, out var stay) && !stay.Life.IsAlive ? stay.Life.EndedAt : null;
    }

    private void EndStay(WatchedStay stay, string why, TimeSpan? stopsWithin)
    {
        _stays.Remove(stay.Id);
        trace.Add(loop.Now, stay.Life, "is put out", stay.Id.Value, 0, why);
        foreach (var run in _runs.Values.Where(run => run.Holder == stay.Id))
        {
            if (stopsWithin is { } within)
            {
                ExpectStopped(stay, run.Id, within);
            }

            run.EndLease(run.IsEnded ? null : loop.Now, loop.Now);
        }
    }
}
