using System.Collections.Concurrent;
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

    private static readonly RunStatus[] Unfinished = [RunStatus.Pending, RunStatus.Running, RunStatus.Paused];

    private readonly NodeContext _node;
    private readonly IClaimant _claimant;
    private readonly StoreNews _news;
    private readonly Alarm _alarm;
    private readonly LeaseReleases _releases;
    private readonly InboxDelivery _inbox;
    private readonly RingLimit _limit;
    private readonly ConcurrentQueue<RunId> _uncertain = new();
    private readonly string[] _agents;
    private IDisposable? _subscription;
    private volatile bool _allUncertain;
    private volatile bool _wantsRoom;
    private int _loading;
    private long _comparedAt;
    private Task? _loop;

    public RunClaims(NodeContext node, IClaimant claimant, StoreNews news)
    {
        (_node, _claimant, _news) = (node, claimant, news);
        _alarm = new Alarm(node.Time, node.Work);
        _releases = new LeaseReleases(node);
        _inbox = new InboxDelivery(node);
        _limit = new RingLimit(node.Time);
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

    /// <summary>A run was to be created, and nobody knows whether it was: perhaps the store has given it to this node.</summary>
    public void LookFor(RunId run)
    {
        _uncertain.Enqueue(run);
        _alarm.Ring();
    }

    /// <summary>The store may have given runs to this node of which it does not know.</summary>
    public void LookForAll()
    {
        _allUncertain = true;
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
                var (done, next) = await PassAsync().ConfigureAwait(false);
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
    private async ValueTask<(bool Done, TimeSpan Next)> PassAsync()
    {
        var next = _node.Settings.PollInterval * (0.5 + _node.Random());
        if (_claimant.Stay is not { } stay)
        {
            return (false, next);
        }

        var (done, failure) = await _releases.SendAsync(_claimant.Stopping).ConfigureAwait(false);
        if (!_claimant.TakesRuns)
        {
            return failure is null ? (done > 0, next) : throw failure;
        }

        await CompareAsync(stay).ConfigureAwait(false);
        await AdoptAsync(stay).ConfigureAwait(false);
        var leased = await AcquireAsync(stay).ConfigureAwait(false);
        done += leased?.Runs.Count ?? 0;
        done += await _inbox.DeliverAsync(stay, message => AdoptAsync(stay, message.Run), _claimant.Stopping).ConfigureAwait(false);

        // What can't be given back keeps nothing else from being done.
        return failure is null ? (done > 0, leased?.NextDue is { } due && due < next ? due : next) : throw failure;
    }

    private async ValueTask<LeasedRuns?> AcquireAsync(NodeStay stay)
    {
        // Said before it is looked: what leaves meanwhile makes it look again.
        _wantsRoom = true;
        var room = Math.Min(_node.Settings.MaxRuns - stay.Count - _releases.Count, MostLoading - Volatile.Read(ref _loading));
        LeasedRuns leased;
        try
        {
            var request = new LeaseRequest { Node = stay.Id, MaxRuns = Math.Max(0, room), Agents = _agents };
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
            _allUncertain = true;
            throw;
        }

        foreach (var lease in leased.Runs)
        {
            Take(stay, lease);
        }

        _wantsRoom = leased.MoreDue;
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

        Interlocked.Increment(ref _loading);
        var asker = new LoadAsker(this);
        if (!run.TryPost(new Envelope(null, asker)))
        {
            asker.Fail(NodeStopped.Exception());
        }

        return run;
    }

    // What the store did not answer for in time it may do later: then it has leases of this stay that nobody here knows of.
    private async ValueTask CompareAsync(NodeStay stay)
    {
        if (_node.Time.GetElapsedTime(_comparedAt) < _node.Settings.LeaseDuration)
        {
            return;
        }

        foreach (var node in await _node.Store.ListNodesAsync(_claimant.Stopping).ConfigureAwait(false))
        {
            _allUncertain |= node.Id == stay.Id && node.Runs > stay.Count + _releases.Count;
        }

        _comparedAt = _node.Time.GetTimestamp();
    }

    // After a call whose answer was lost, the store may hold leases of this stay that nobody uses: they would be renewed for ever.
    private async ValueTask AdoptAsync(NodeStay stay)
    {
        while (_uncertain.TryPeek(out var run))
        {
            await AdoptAsync(stay, run).ConfigureAwait(false);
            _uncertain.TryDequeue(out _);
        }

        if (!_allUncertain)
        {
            return;
        }

        _allUncertain = false;
        try
        {
            string? continuation = null;
            do
            {
                var query = new RunQuery { Statuses = Unfinished, PageSize = RunQuery.MaxPageSize, Continuation = continuation };
                var page = await _node.Store.QueryAsync(query, _claimant.Stopping).ConfigureAwait(false);
                foreach (var summary in page.Items)
                {
                    Adopt(stay, summary);
                }

                continuation = page.Continuation;
            }
            while (continuation is not null);
        }
        catch (Exception)
        {
            _allUncertain = true;
            throw;
        }
    }

    private async ValueTask<OwnedRun?> AdoptAsync(NodeStay stay, RunId run)
        => await _node.Store.FindAsync(run, _claimant.Stopping).ConfigureAwait(false) is { } summary ? Adopt(stay, summary) : null;

    private OwnedRun? Adopt(NodeStay stay, RunSummary summary)
        => summary.Node == stay.Id && !_releases.Has(summary.Id, summary.Epoch) && stay.Find(summary.Id)?.Epoch != summary.Epoch
            ? Take(stay, new LeasedRun(summary.Id, summary.Epoch))
            : null;

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
