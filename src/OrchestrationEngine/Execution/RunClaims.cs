using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>
/// The one loop that shares runs with the other nodes: it gives back what this node is done with, takes what is due and there is room for, and
/// brings messages to the runs that are here. Recovery is nothing else: an error of the store only makes it wait and look again.
/// </summary>
internal sealed class RunClaims : IDisposable
{
    // So many that were taken are read at the same time; ten thousand that only wait are never all in memory.
    private const int MostLoading = 32;

    private readonly NodeContext _node;
    private readonly IClaimant _claimant;
    private readonly StoreNews _news;
    private readonly Alarm _alarm;
    private readonly LeaseReleases _releases;
    private readonly InboxDelivery _inbox;
    private readonly RingLimit _limit;
    private readonly UnheardLeases _unheard;
    private readonly RunBalance _balance;
    private readonly string[] _agents;
    private IDisposable? _subscription;
    private volatile bool _looksAtNodes;
    private bool _leftMore;
    private bool _takesAll;
    private volatile bool _wantsRoom;
    private int _loading;
    private Task? _loop;

    public RunClaims(NodeContext node, IClaimant claimant, StoreNews news)
    {
        (_node, _claimant, _news) = (node, claimant, news);
        _alarm = new Alarm(node.Time, node.Work);
        _releases = new LeaseReleases(node);
        _inbox = new InboxDelivery(node);
        _limit = new RingLimit(node.Time);
        _unheard = new UnheardLeases(node, _releases, Take);
        _balance = new RunBalance(node, claimant.LetGo);
        _agents = [.. node.Agents.Names.Order(StringComparer.Ordinal)];
    }

    /// <summary>How many leases are still to be given back.</summary>
    public int Releasing => _releases.Count;

    /// <summary>Begins, once.</summary>
    public void Start()
    {
        _subscription = (_node.Store as IStateStoreNotifications)?.Subscribe(_alarm.Hint);
        _loop = LoopAsync();
    }

    /// <summary>Ends the loop; it is safe to wait for.</summary>
    public Task StopAsync()
    {
        Dispose();
        return _loop ?? Task.CompletedTask;
    }

    /// <summary>There is something to do.</summary>
    public void Wake() => _alarm.Ring();

    /// <summary>A run has left, so that there may be room for another.</summary>
    public void HasRoom()
    {
        if (_wantsRoom)
        {
            _alarm.Ring();
        }
    }

    /// <summary>Gives a lease back.</summary>
    public void Release(OwnedRun run, long? dueAt, string? refusal = null)
    {
        _releases.Add(run, dueAt, refusal);
        _alarm.Ring();
    }

    /// <summary>How many runs this node may have for a new one to be its own.</summary>
    public int ForNewRuns => _balance.ForNewRuns;

    /// <summary>Whether a new run that is one too many here is left to another node.</summary>
    public bool TryGiveAway() => _balance.TryGiveAway();

    /// <summary>A run was to be created, and nobody knows whether it was: perhaps the store has given it to this node.</summary>
    public void LookFor(RunId run)
    {
        _unheard.Add(run);
        _alarm.Ring();
    }

    /// <summary>It is time to look at what the other nodes have.</summary>
    public void LookAtNodes()
    {
        _looksAtNodes = true;
        _alarm.Ring();
    }

    /// <summary>A run that was taken has been loaded, or could not be.</summary>
    public void Loaded()
    {
        Interlocked.Decrement(ref _loading);
        HasRoom();
    }

    public void Dispose()
    {
        _subscription?.Dispose();
        _alarm.Dispose();
    }

    private async Task LoopAsync()
    {
        await new WorkSwitch(_node.Work);
        var failures = 0;
        var lastPoll = 0L;
        while (!_claimant.IsStopping)
        {
            var since = _node.Time.GetTimestamp();
            var isRing = _node.Time.GetElapsedTime(lastPoll, since) < _node.Settings.PollInterval / 2;
            lastPoll = isRing ? lastPoll : since;
            _news.Publish(isRing);
            TimeSpan rest;
            try
            {
                var (done, next) = await PassAsync(!isRing).ConfigureAwait(false);
                failures = 0;
                rest = next;
                if (!done && _limit.Take() is { } pause)
                {
                    // Rings without end, none of which was for this node.
                    await _alarm.RestAsync(_node.Time.GetTimestamp(), pause, Deafness.ToHints).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (!_claimant.IsStopping)
            {
                rest = Backoff.Delay(++failures);
                _node.Health.Failed(e);
                Log.ClaimsDelayed(_node.Log, rest, e);
            }
            catch (Exception) when (_claimant.IsStopping)
            {
                return;
            }

            await _alarm.RestAsync(since, rest, failures > 0 ? Deafness.ToAll : Deafness.ToNothing).ConfigureAwait(false);
        }
    }

    // Whether anything was done, and how long until the next look where nobody rings.
    private async ValueTask<(bool Done, TimeSpan Next)> PassAsync(bool isTime)
    {
        var next = _node.Settings.PollInterval * (0.5 + _node.Random());
        if (_claimant.Stay is not { } stay)
        {
            return (false, next);
        }

        var (done, failure) = await _releases.SendAsync(_claimant.Stopping).ConfigureAwait(false);
        await _unheard.AdoptAsync(stay, _claimant.Stopping).ConfigureAwait(false);
        var leased = _claimant.TakesRuns ? await AcquireAsync(stay, isTime).ConfigureAwait(false) : null;
        done += leased?.Runs.Count ?? 0;
        done += await _inbox.DeliverAsync(stay, message => _unheard.AdoptAsync(stay, message.Run, _claimant.Stopping), _claimant.Stopping).ConfigureAwait(false);
        await LookAtNodesAsync(stay).ConfigureAwait(false);

        // What can't be given back keeps nothing else from being done.
        return failure is null ? (done > 0, leased?.NextDue is { } due && due < next ? due : next) : throw failure;
    }

    private async ValueTask LookAtNodesAsync(NodeStay stay)
    {
        if (_looksAtNodes && _claimant.TakesRuns)
        {
            _looksAtNodes = false;
            if (await _balance.LookAsync(stay, _releases.Count, _claimant.Stopping).ConfigureAwait(false))
            {
                _unheard.AddAll();
                _alarm.Ring();
            }
        }
    }

    private async ValueTask<LeasedRuns?> AcquireAsync(NodeStay stay, bool isTime)
    {
        // Said before it is looked: what leaves meanwhile makes it look again.
        _wantsRoom = true;
        // Its share first; what is left at the next time is for whoever has room.
        _takesAll |= isTime && _leftMore;
        var room = Math.Min(_node.Settings.MaxRuns - stay.Count - _releases.Count, MostLoading - Volatile.Read(ref _loading));
        var share = _takesAll ? int.MaxValue : _balance.Share - stay.Count;
        LeasedRuns leased;
        try
        {
            var request = new LeaseRequest { Node = stay.Id, MaxRuns = Math.Max(0, Math.Min(room, share)), Agents = _agents };
            leased = await _node.Store.AcquireAsync(request, _claimant.Stopping).ConfigureAwait(false);
        }
        catch (NodeExpiredException)
        {
            _claimant.PutOut(stay.Id);
            return null;
        }
        catch (Exception)
        {
            // It may have been done all the same.
            _unheard.AddAll();
            throw;
        }

        _node.Health.Succeeded();
        foreach (var lease in leased.Runs)
        {
            Take(stay, lease);
        }

        _wantsRoom = leased.MoreDue;
        _leftMore = leased.MoreDue && share < room;
        _takesAll &= leased.MoreDue;
        if (leased.Runs.Count > 0)
        {
            Log.Taken(_node.Log, leased.Runs.Count);
            if (leased.MoreDue)
            {
                _alarm.Ring();
            }
        }

        return leased;
    }

    private OwnedRun? Take(NodeStay stay, LeasedRun lease)
    {
        stay.TryReserve(int.MaxValue);
        if (!_claimant.TryOwn(stay, lease, out var run))
        {
            return null;
        }

        if (!_claimant.TakesRuns && run.HandOver())
        {
            // The node has begun to stop while it was asked for.
            _claimant.LetGo(run);
            return null;
        }

        Interlocked.Increment(ref _loading);
        var asker = new LoadAsker(this);
        if (!run.TryPost(new Envelope(null, asker)))
        {
            asker.Fail(NodeStopped.Exception());
        }

        return run;
    }

    /// <summary>Told when a run that was taken is loaded.</summary>
    private sealed class LoadAsker(RunClaims claims) : IAsker
    {
        private int _told;

        public void Answer(RunState state, string? refusal) => Tell();

        // Whoever failed has logged it, and the run is looked at again.
        public void Fail(Exception exception) => Tell();

        private void Tell()
        {
            if (Interlocked.Exchange(ref _told, 1) == 0)
            {
                claims.Loaded();
            }
        }
    }
}
