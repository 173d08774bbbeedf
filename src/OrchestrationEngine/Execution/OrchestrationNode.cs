using System.Collections.Concurrent;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>One process's part of the engine: the runs that are live here, what wakes them, and their recovery.</summary>
internal sealed class OrchestrationNode : IRunHost, IAsyncDisposable
{
    private static readonly RunStatus[] Unfinished = [RunStatus.Pending, RunStatus.Running, RunStatus.Paused];

    // The framework waits no longer than 49 days.
    private static readonly TimeSpan LongestGrace = TimeSpan.FromDays(49);

    private readonly ConcurrentDictionary<RunId, RunActor> _actors = new();
    private readonly ConcurrentDictionary<RunId, int> _faults = new();
    private readonly ConcurrentDictionary<RunId, WaitReason> _parked = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly WakeUps _wakeUps;
    private readonly Lock _starting = new();
    private Task? _recovery;
    private Task? _alongside;
    private Task? _stopped;

    public OrchestrationNode(NodeContext context)
    {
        Context = context;
        _wakeUps = new WakeUps(context.Time, Wake);
    }

    public NodeContext Context { get; }

    /// <summary>What is done for as long as the node lives, beside the runs; null for nothing. It does not throw.</summary>
    public Func<CancellationToken, Task>? Alongside { get; init; }

    public bool IsStopping => _stopping.IsCancellationRequested;

    public CancellationToken Stopping => _stopping.Token;

    /// <summary>How many runs are in memory.</summary>
    public int LiveRuns => _actors.Count;

    /// <summary>Starts the recovery of unfinished runs, once.</summary>
    public void Start()
    {
        lock (_starting)
        {
            NodeStopped.ThrowIf(IsStopping);
            _recovery ??= RecoverAsync();
            _alongside ??= Alongside?.Invoke(Stopping);
        }
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
        _wakeUps.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Stops at once, as a killed process would: nothing is waited for, and nothing is lost.</summary>
    public void Kill()
    {
        _ = Context.Slots.CloseAsync();
        SignalStopping();
        _wakeUps.Dispose();
        foreach (var actor in LiveActors())
        {
            actor.TryPost(new Envelope(null, Halt: true));
        }

        Context.Observers.Close();
    }

    /// <summary>Creates a run and sets it going.</summary>
    public async Task<RunId> CreateAsync(RunId id, RunCreated created, PlanGraph graph, CancellationToken cancellationToken)
    {
        var first = new RecordedEvent(1, Context.Time.GetUtcNow(), created);
        var run = new NewRun
        {
            Id = id,
            PlanId = created.Plan.Id,
            PlanVersion = created.Plan.Version,
            BusinessKey = created.BusinessKey,
            Events = new[] { first },
        };
        var winner = await Context.Store.CreateAsync(run, cancellationToken).ConfigureAwait(false);
        if (winner == id)
        {
            Log.Created(Context.Log, id, created.Plan.Id);
            var fresh = RunFold.Begin(id, first, graph, Context.Settings.StopGracePeriod);
            Post(id, new Envelope(new RunCommand.Start(), Fresh: fresh));
        }
        else if (!IsLive(winner) && await Context.Store.FindAsync(winner, cancellationToken).ConfigureAwait(false) is { Status: RunStatus.Pending })
        {
            // It was stored by a start that failed afterwards, and nobody has set it going.
            Post(winner, default);
        }

        return winner;
    }

    /// <summary>Posts to a run, loading it where it is not in memory.</summary>
    /// <exception cref="ObjectDisposedException">The node is on its way down.</exception>
    public void Post(RunId id, in Envelope envelope) => NodeStopped.ThrowIf(!TryPost(id, envelope));

    private bool TryPost(RunId id, in Envelope envelope)
    {
        while (!IsStopping)
        {
            var actor = _actors.GetOrAdd(id, static (run, node) => new RunActor(run, node.Context, node), this);
            if (actor.TryPost(envelope))
            {
                return true;
            }

            // It closed between the two; the next one is made in its place.
            _actors.TryRemove(new KeyValuePair<RunId, RunActor>(id, actor));
        }

        return false;
    }

    /// <summary>Whether the run is in memory.</summary>
    public bool IsLive(RunId id) => _actors.ContainsKey(id);

    /// <summary>Why a run was left alone, or null.</summary>
    public WaitReason? ParkedReason(RunId id) => IsLive(id) ? null : _parked.GetValueOrDefault(id);

    void IRunHost.WakeAt(RunId run, long? ticks) => _wakeUps.Set(run, ticks);

    void IRunHost.Left(RunActor actor, bool runEnded)
    {
        _actors.TryRemove(new KeyValuePair<RunId, RunActor>(actor.Id, actor));
        _faults.TryRemove(actor.Id, out _);

        // What could be loaded is parked no longer.
        _parked.TryRemove(actor.Id, out _);
        if (runEnded)
        {
            // Only now: who asks for the end and still finds the run live is told by this.
            Context.Observers.Ended(actor.Id);
        }
    }

    void IRunHost.Faulted(RunActor actor, Exception exception)
    {
        _actors.TryRemove(new KeyValuePair<RunId, RunActor>(actor.Id, actor));
        switch (exception)
        {
            case RunNotFoundException:
                // Who asks for its end and found it live would wait for ever.
                Context.Observers.Failed(actor.Id, exception);
                break;
            case ConcurrentAppendException when actor.BeganFresh:
                // Recovery, or somebody who asked for it by its id, found the run in the store and carried it on in between.
                TryPost(actor.Id, default);
                break;
            case ConcurrentAppendException:
                _wakeUps.Set(actor.Id, null);
                Log.OwnedElsewhere(Context.Log, actor.Id);
                Context.Observers.Failed(actor.Id, exception);
                break;
            case JournalFormatException:
                _wakeUps.Set(actor.Id, null);
                _parked[actor.Id] = new WaitReason(null, null, exception.Message);
                Log.Unreadable(Context.Log, actor.Id, exception);
                Context.Observers.Failed(actor.Id, exception);
                break;
            default:
                var delay = Backoff.Delay(_faults.AddOrUpdate(actor.Id, 1, static (_, count) => count + 1));
                Log.Faulted(Context.Log, actor.Id, delay, exception);
                if (!IsStopping)
                {
                    _wakeUps.Set(actor.Id, (Context.Time.GetUtcNow() + delay).UtcTicks);
                }

                break;
        }
    }

    private void Wake(RunId run) => TryPost(run, new Envelope(RunCommand.Tick.Instance));

    private async Task RecoverAsync()
    {
        await new WorkSwitch(Context.Work);
        for (var tries = 1; !IsStopping; tries++)
        {
            try
            {
                Log.Recovered(Context.Log, await TakeUpAsync().ConfigureAwait(false));
                return;
            }
            catch (Exception e) when (!IsStopping)
            {
                var delay = Backoff.Delay(tries);
                Log.RecoveryDelayed(Context.Log, delay, e.Message);
                await Task.Delay(delay, Context.Time, Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception) when (IsStopping)
            {
                return;
            }
        }
    }

    private async Task<int> TakeUpAsync()
    {
        var count = 0;
        string? continuation = null;
        do
        {
            var page = await Context.Store.QueryAsync(new RunQuery { Statuses = Unfinished, PageSize = RunQuery.MaxPageSize, Continuation = continuation }, Stopping).ConfigureAwait(false);
            foreach (var summary in page.Items)
            {
                if (!IsLive(summary.Id))
                {
                    await LoadAsync(summary.Id).ConfigureAwait(false);
                    count++;
                }
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);

        return count;
    }

    // One after the other, so that ten thousand runs that only wait are never all in memory.
    private async Task LoadAsync(RunId id)
    {
        var loaded = new CommandAsker(Context.Work);
        Post(id, new Envelope(null, loaded));
        try
        {
            await loaded.Done.ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ObjectDisposedException)
        {
            // Faulted has logged it and will try again; one run that can't be loaded must not hold up the others.
        }
    }

    // In an order that is the same in every process.
    private RunActor[] LiveActors() => [.. _actors.Values.OrderBy(static actor => actor.Id.Value, StringComparer.Ordinal)];

    // Whoever waits for it goes on inside this call, on the thread that stops the node: it holds no lock here.
    private void SignalStopping() => _stopping.Cancel();

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        // Before anything is awaited: once the caller has the task, no attempt starts any more.
        var idle = Context.Slots.CloseAsync();

        // Nothing that needs the lock may wait for this method's first part.
        await new WorkSwitch(Context.Work);
        Log.Draining(Context.Log, Context.Settings.ShutdownGracePeriod);
        var grace = Context.Settings.ShutdownGracePeriod < LongestGrace ? Context.Settings.ShutdownGracePeriod : LongestGrace;
        await idle.WaitAsync(grace, Context.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        SignalStopping();
        if (_recovery is { } recovery)
        {
            await recovery.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_alongside is { } alongside)
        {
            await alongside.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var left = 0;
        foreach (var actor in LiveActors())
        {
            var halted = new CommandAsker(Context.Work);
            if (actor.TryPost(new Envelope(null, halted, Halt: true)))
            {
                left++;
                await ((Task)halted.Done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        Context.Observers.Close();
        Log.Stopped(Context.Log, left);
    }
}
