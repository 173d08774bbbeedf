using System.Diagnostics.CodeAnalysis;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>One process's part of the engine: its stay in the store, the runs that it has, and what wakes them.</summary>
internal sealed class OrchestrationNode : IMember, IClaimant, IAsyncDisposable
{
    // The framework waits no longer than 49 days.
    private static readonly TimeSpan LongestGrace = TimeSpan.FromDays(49);

    // A store that does not answer when the node leaves finds out by itself that it is gone.
    private static readonly TimeSpan LongestLeave = TimeSpan.FromSeconds(5);

    // Written down by the node itself, so that the attempts that it leaves are not held against their tasks.
    private static readonly RunCommand.Recover StoppedInOrder = new("The node was stopped before the attempt had ended.", Blameless: true);

    private readonly CancellationTokenSource _stopping = new();
    private readonly WakeUps _wakeUps;
    private readonly NodeMembership _membership;
    private readonly RunClaims _claims;
    private readonly ParkedRuns _parked;
    private readonly RunDepartures _departures;
    private readonly InboxSender _sender;
    private readonly Lock _starting = new();
    private volatile NodeStay? _stay;
    private NodeStay? _latest;
    private volatile bool _draining;
    private bool _started;
    private Task? _alongside;
    private Task? _stopped;

    public OrchestrationNode(NodeContext context)
    {
        Context = context;
        _wakeUps = new WakeUps(context.Time, Wake);
        _membership = new NodeMembership(context, this);
        _claims = new RunClaims(context, this, News);
        _parked = new ParkedRuns(context.Time);
        _departures = new RunDepartures(context, this, _claims, _parked, _wakeUps);
        Creation = context.Creation = new RunCreation(context, this, _membership, _claims);
        _sender = new InboxSender(context, () => Volatile.Read(ref _latest)?.Id, _claims.Wake);
    }

    public NodeContext Context { get; }

    /// <summary>What is done for as long as the node lives, beside the runs; null for nothing. It does not throw.</summary>
    public Func<CancellationToken, Task>? Alongside { get; init; }

    public RunCreation Creation { get; }

    /// <summary>Tells when it is time to look into the store again.</summary>
    public StoreNews News => Context.News;

    public bool IsStopping => _stopping.IsCancellationRequested;

    public CancellationToken Stopping => _stopping.Token;

    public NodeStay? Stay => _stay;

    public bool TakesRuns => !_draining;

    public bool IsStarted => Volatile.Read(ref _started);

    /// <summary>Whether its leases hold.</summary>
    public bool HasValidLease => _stay is not null && _membership.HasValidLease;

    /// <summary>When the store was last heard of; null for never.</summary>
    public DateTimeOffset? LastRenewedAt => _membership.LastRenewedAt;

    /// <summary>Starts the node, once.</summary>
    /// <returns>Ends when it has joined the store, or could not for now.</returns>
    public Task StartAsync()
    {
        lock (_starting)
        {
            NodeStopped.ThrowIf(IsStopping);
            if (!_started)
            {
                Context.Health.Began();
                _started = true;
                _ = _membership.JoinAsync();
                _claims.Start();
                _alongside = Alongside?.Invoke(Stopping);
            }
        }

        return _membership.Tried;
    }

    /// <summary>Drains: no new attempts, a grace period for those under way, then the runs are let go.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_starting)
        {
            return _stopped ??= DrainAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _membership.Dispose();
        _wakeUps.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Stops at once, as a killed process would: nothing is waited for, and nothing is lost.</summary>
    public void Kill()
    {
        _draining = true;
        _ = Context.Room.CloseAsync();
        _membership.Dispose();
        SignalStopping();
        _claims.Dispose();
        _wakeUps.Dispose();
        EndStay();
        Context.Observers.Close();
        News.Close();
    }

    /// <summary>Posts to a run that is this node's.</summary>
    /// <returns>False when it is not.</returns>
    /// <exception cref="ObjectDisposedException">The node is on its way down.</exception>
    public bool TryPost(RunId run, in Envelope envelope)
    {
        NodeStopped.ThrowIf(IsStopping);
        return _stay?.Find(run)?.TryPost(envelope) == true;
    }

    /// <summary>Sends a command to whichever node has the run, through the store.</summary>
    /// <returns>Why it was refused, or null.</returns>
    public Task<string?> SendAsync(RunId run, RunCommand command, CancellationToken cancellationToken)
    {
        NodeStopped.ThrowIf(IsStopping);
        return _sender.SendAsync(run, command, cancellationToken);
    }

    /// <summary>Whether the run is this node's.</summary>
    public bool Owns(RunId run) => _stay?.Find(run) is not null;

    /// <summary>Why a run came to this node and was left alone, or null.</summary>
    public string? ParkedReason(RunId run) => Owns(run) ? null : _parked.ReasonOf(run);

    /// <summary>A run could be read.</summary>
    public void Unpark(RunId run) => _parked.Forget(run);

    NodeHeartbeat IMember.Heartbeat(NodeId id) => new(id, Context.Room.Used, _draining);

    void IMember.Joined(NodeId id, LeaseValidity validity)
    {
        var stay = new NodeStay(id, validity);
        Volatile.Write(ref _latest, stay);
        _stay = stay;
        Log.Joined(Context.Log, id);
        _claims.LookAtNodes();
    }

    void IMember.Renewed() => _claims.LookAtNodes();

    void IMember.Lost(NodeId id, string reason)
    {
        var left = EndStay();
        Log.Lost(Context.Log, id, left, reason);
        if (!IsStopping)
        {
            _ = _membership.JoinAsync();
        }
    }

    void IClaimant.PutOut(NodeId stay) => _membership.PutOut(stay);

    void IClaimant.LetGo(OwnedRun run) => _departures.LetGo(run);

    bool IClaimant.TryOwn(NodeStay stay, LeasedRun lease, [NotNullWhen(true)] out OwnedRun? run)
    {
        run = new OwnedRun(lease.Run, lease.Epoch, stay, Context, _departures);
        if (stay.TryAdd(run, _wakeUps))
        {
            return true;
        }

        run = null;
        return false;
    }

    private int EndStay()
    {
        if (Interlocked.Exchange(ref _stay, null) is not { } stay)
        {
            return 0;
        }

        var runs = stay.End(_wakeUps);
        foreach (var run in runs)
        {
            Context.Observers.Moved(run.Id);
        }

        return runs.Length;
    }

    private void Wake(RunId run)
    {
        if (_stay?.Find(run) is { } owned)
        {
            var recovers = owned.IsRecovering;
            owned.TryPost(new Envelope(RunCommand.Tick.Instance));
            if (recovers)
            {
                // Its messages were with the loop that is gone.
                _claims.Wake();
            }
        }
    }

    // Whoever waits for it goes on inside this call, on the thread that stops the node: it holds no lock here.
    private void SignalStopping() => _stopping.Cancel();

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        // Before anything is awaited: once the caller has the task, no attempt starts any more.
        _draining = true;
        var idle = Context.Room.CloseAsync();

        // Nothing that needs the lock may wait for this method's first part.
        await new WorkSwitch(Context.Work);
        Log.Draining(Context.Log, Context.Settings.ShutdownGracePeriod);
        _membership.Beat();
        HandOver();
        var grace = Context.Settings.ShutdownGracePeriod < LongestGrace ? Context.Settings.ShutdownGracePeriod : LongestGrace;
        await idle.WaitAsync(grace, Context.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        SignalStopping();
        await _claims.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _membership.Stop();
        if (_alongside is { } alongside)
        {
            await alongside.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var left = 0;
        if (_stay is { } stay)
        {
            stay.StopWaiting();
            foreach (var run in stay.Runs())
            {
                // All at once, and now: the loops may wait for a store that does not answer, and nobody renews the leases any more.
                run.Actor?.Abandon();
            }

            var halted = new List<Task>();
            foreach (var run in stay.Runs())
            {
                var asker = new CommandAsker(Context.Work);
                if (run.Actor?.TryPost(new Envelope(StoppedInOrder, asker, Halt: true)) == true)
                {
                    halted.Add(asker.Done);
                }
            }

            left = halted.Count;
            await Task.WhenAll(halted).WaitAsync(LongestLeave, Context.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            EndStay();
            await LeaveAsync(stay).ConfigureAwait(false);
        }

        Context.Observers.Close();
        News.Close();
        Log.Stopped(Context.Log, left);
    }

    // Others go on with what has no attempt out before this node is down; the rest follows as its attempts end.
    private void HandOver()
    {
        foreach (var run in _stay?.Runs() ?? [])
        {
            if (run.HandOver())
            {
                _departures.LetGo(run);
            }
        }
    }

    private async ValueTask LeaveAsync(NodeStay stay)
    {
        try
        {
            await Context.Store.LeaveAsync(stay.Id, CancellationToken.None).AsTask().WaitAsync(LongestLeave, Context.Time).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.LeaveFailed(Context.Log, stay.Id, e);
        }
    }
}
