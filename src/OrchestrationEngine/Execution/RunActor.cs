using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>
/// The loop of one live run, and the only one that touches its state: it takes all commands that wait, decides them together,
/// stores the facts, and only then starts what they want done. It holds no thread while it waits.
/// </summary>
internal sealed class RunActor : IThreadPoolWorkItem
{
    // Whatever wake-up an earlier life of the run, or a clock that was put back, may have left.
    private const long NotSet = -1;

    private readonly NodeContext _node;
    private readonly IRunHost _host;
    private readonly JournalAppender _journal;
    private readonly RunRoom _room;
    private readonly SnapshotKeeper _snapshots;
    private readonly Mailbox<Envelope> _mailbox = new();
    private readonly List<(IAsker Asker, string? Refusal)> _answers = [];
    private List<Envelope> _batch = [];
    private RunState? _state;
    private RunStep? _step;
    private EffectHost? _effects;
    private long? _wakeAt = NotSet;

    public RunActor(RunId id, NodeContext node, IRunHost host)
    {
        Id = id;
        _node = node;
        _host = host;
        _journal = new JournalAppender(node, host);
        _room = new RunRoom(this, node.Slots);
        _snapshots = new SnapshotKeeper(node, host);
    }

    public RunId Id { get; }

    /// <summary>Whether it began with a run just created, whose journal it did not read, and has not appended to it yet.</summary>
    public bool BeganFresh { get; private set; }

    /// <summary>Posts an item and has the loop run.</summary>
    /// <returns>False when the loop is gone; the run must then be loaded again.</returns>
    public bool TryPost(in Envelope envelope)
    {
        if (!_mailbox.TryPost(envelope, out var wake))
        {
            return false;
        }

        if (wake)
        {
            _node.Work.Queue(this, preferLocal: false);
        }

        return true;
    }

    /// <summary>Posts the outcome of an attempt. The thread has nothing else to do, so it runs the loop itself where the loop rests.</summary>
    public bool TryReport(RunCommand outcome, AttemptExecution attempt)
    {
        var posted = _mailbox.TryPost(new Envelope(outcome), out var wake);

        // Not before it is posted: a drain that finds all room given back lets the runs go, and the outcome would come too late.
        attempt.GiveSlotBack();
        if (wake)
        {
            _ = RunAsync(attempt);
        }

        return posted;
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync(null);

    // Never fails: whatever goes wrong ends in Fault. The thread may be one that reports an attempt.
    private async Task RunAsync(AttemptExecution? reporter)
    {
        try
        {
            while (true)
            {
                _batch.Clear();
                _batch = _mailbox.Take(_batch);
                if (_batch.Count > 0)
                {
                    var halt = _batch.Exists(static envelope => envelope.Halt);
                    if (!halt || _state is not null)
                    {
                        await StepAsync(reporter).ConfigureAwait(false);
                    }

                    if (halt)
                    {
                        Leave([.. _batch, .. _mailbox.Close()]);
                        return;
                    }

                    if (reporter is { HasNext: true })
                    {
                        // An attempt waits for this thread, so what more there is to do is for another.
                        PassOn();
                        return;
                    }
                }
                else if (MayUnload() && _mailbox.TryClose())
                {
                    Leave([]);
                    return;
                }
                else if (_mailbox.TryRest())
                {
                    return;
                }
            }
        }
        catch (Exception e)
        {
            Fault(e);
        }
    }

    private void PassOn()
    {
        if (!_mailbox.TryRest())
        {
            _node.Work.Queue(this, preferLocal: false);
        }
    }

    private async ValueTask StepAsync(AttemptExecution? reporter)
    {
        if (_state is null)
        {
            await LoadAsync().ConfigureAwait(false);
        }

        var (state, step) = (_state!, _step!);
        var now = _node.Time.GetUtcNow();
        foreach (var envelope in _batch)
        {
            var refusal = envelope.Command is { } command ? step.Decide(command, now) : null;
            if (envelope.Command is RunCommand.Tick)
            {
                // The wake-up is used up, even where it turns out to have come too early.
                _wakeAt = NotSet;
            }

            if (envelope.Asker is { } asker)
            {
                _answers.Add((asker, refusal));
            }
        }

        if (step.IsDue(now))
        {
            step.Decide(RunCommand.Tick.Instance, now);
        }

        _room.Advance(state, step, now);
        if (step.Recorded.Length > 0)
        {
            await _journal.AppendAsync(state, step).ConfigureAwait(false);
            BeganFresh = false;
            step.Clear();
            _node.Observers.Published(Id);
            Log.Facts(_node.Log, Id, state.Version, state.Status);
        }

        // From here on the room that was taken is the attempts' to give back.
        _room.Begun();
        _effects!.Reconcile(reporter);
        SetWakeUp(state);
        foreach (var (asker, refusal) in _answers)
        {
            asker.Answer(state, refusal);
        }

        _answers.Clear();
        await _snapshots.FollowAsync(state).ConfigureAwait(false);
    }

    private async ValueTask LoadAsync()
    {
        RunState? state = null;
        foreach (var envelope in _batch)
        {
            state ??= envelope.Fresh;
        }

        BeganFresh = state is not null;
        if (state is null)
        {
            (state, var kept) = await JournalReader.ReadAsync(Id, _node).ConfigureAwait(false);
            _snapshots.Loaded(kept);
        }

        _state = state;
        _step = new RunStep(state);
        _effects = new EffectHost(this, state, _node);
        if (!BeganFresh)
        {
            // What the facts touched while they were folded is history; what was out is out no longer.
            state.Agenda.Touched.Clear();
            state.HeldHere = state.IsTerminal ? null : _node.WhyHeld(state.Graph);
            if (state.HeldHere is { } held)
            {
                Log.Held(_node.Log, Id, held);
            }

            _step.Decide(new RunCommand.Recover("The process that made the attempt ended before its outcome was known."), _node.Time.GetUtcNow());
            if (state.Status == RunStatus.Pending)
            {
                _step.Decide(new RunCommand.Start(), _node.Time.GetUtcNow());
            }
        }
    }

    private void SetWakeUp(RunState state)
    {
        var due = state.IsTerminal ? null : state.Agenda.Due.Next(state);
        if (due != _wakeAt)
        {
            _wakeAt = due;
            _host.WakeAt(Id, due);
        }
    }

    // A run that only waits leaves memory; it is loaded again when its time comes or somebody asks for it.
    private bool MayUnload()
    {
        if (_state is not { } state || state.AttemptsOut > 0 || _room.IsWaiting)
        {
            return false;
        }

        return state.IsTerminal
            || state.Status == RunStatus.Paused
            || state.HeldHere is not null
            || (_wakeAt is { } due && due - _node.Time.GetUtcNow().UtcTicks > _node.Settings.UnloadWaitingRunsAfter.Ticks);
    }

    private void Leave(List<Envelope> left)
    {
        _effects?.AbandonAll();
        _room.GiveBack();
        _host.Left(this, _state is { IsTerminal: true });
        foreach (var envelope in left)
        {
            envelope.Asker?.Fail(NodeStopped.Exception());
        }
    }

    private void Fault(Exception exception)
    {
        var left = _mailbox.Close();
        _effects?.AbandonAll();
        _room.GiveBack();
        foreach (var (asker, _) in _answers)
        {
            asker.Fail(exception);
        }

        foreach (var envelope in _batch.Concat(left))
        {
            envelope.Asker?.Fail(exception);
        }

        _host.Faulted(this, exception);
    }
}
