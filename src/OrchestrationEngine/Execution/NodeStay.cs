using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>
/// One stay of the node in the store, and the runs it has leases on: both end together. A node that was put out, or took itself for lost, joins again
/// and has a new one.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The source has no timer and is linked to nothing; a loop of a run that is late may still ask for its token.")]
internal sealed class NodeStay(NodeId id, LeaseValidity validity)
{
    private readonly ConcurrentDictionary<RunId, OwnedRun> _runs = new();
    private readonly CancellationTokenSource _over = new();
    private volatile bool _ended;
    private int _count;

    public NodeId Id => id;

    /// <summary>Canceled when the stay is over, or the node stops: nobody waits for the store any more.</summary>
    public CancellationToken Over => _over.Token;

    public bool HasEnded => _ended;

    /// <summary>Whether it is known to last.</summary>
    public LeaseValidity Validity => validity;

    /// <summary>How many runs it has, and has reserved room for.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes room for a run that may be the node's in a moment.</summary>
    public bool TryReserve(int most)
    {
        if (Interlocked.Increment(ref _count) <= most)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>Gives room back that no run has taken.</summary>
    public void Unreserve() => Interlocked.Decrement(ref _count);

    public OwnedRun? Find(RunId run) => _runs.GetValueOrDefault(run);

    /// <summary>Adds a run, in room that was reserved for it. One of an earlier lease on the same run is ended.</summary>
    /// <returns>False when the stay is over, or has the run already; the room is given back then.</returns>
    public bool TryAdd(OwnedRun run, WakeUps wakeUps)
    {
        while (!_runs.TryAdd(run.Id, run))
        {
            if (!_runs.TryGetValue(run.Id, out var former))
            {
                continue;
            }

            if (former.Epoch >= run.Epoch)
            {
                Unreserve();
                return false;
            }

            Remove(former);
            former.End(wakeUps);
        }

        if (!_ended)
        {
            return true;
        }

        // It ended in between, and may not have seen this run.
        Remove(run);
        run.End(wakeUps);
        return false;
    }

    /// <summary>Removes a run that is the node's no longer.</summary>
    public void Remove(OwnedRun run)
    {
        if (_runs.TryRemove(new KeyValuePair<RunId, OwnedRun>(run.Id, run)))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>How many runs are in memory.</summary>
    public int LiveRuns => _runs.Count(static entry => entry.Value.Actor is not null);

    /// <summary>The runs, in an order that is the same in every process.</summary>
    public OwnedRun[] Runs() => [.. _runs.Values.OrderBy(static run => run.Id.Value, StringComparer.Ordinal)];

    /// <summary>Has nobody wait for the store any more. Those who wait go on inside this call: hold no lock.</summary>
    public void StopWaiting() => _over.Cancel();

    /// <summary>The stay is over: all its runs are the node's no longer.</summary>
    /// <returns>The runs.</returns>
    public OwnedRun[] End(WakeUps wakeUps)
    {
        _ended = true;
        var runs = Runs();
        foreach (var run in runs)
        {
            Remove(run);
            run.End(wakeUps);
        }

        StopWaiting();
        return runs;
    }
}
