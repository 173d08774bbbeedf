using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

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
    private readonly RunRest _rest;
    private readonly Mailbox<Envelope> _mailbox = new();
    private readonly List<(IAsker Asker, string? Refusal)> _answers = [];
    private readonly Lock _halting = new();
    private readonly MessageReplies _replies;
    private List<Envelope> _batch = [];
    private RunState? _state;
    private RunStep? _step;
    private EffectHost? _effects;
    private bool _abandoned;
    private int _attemptsOut;
    private bool _leaseEnded;
    private long? _wakeAt = NotSet;

    public RunActor(OwnedRun run, NodeContext node, IRunHost host)
    {
        Run = run;
        _node = node;
        _host = host;
        _journal = new JournalAppender(node, host, run);
        _room = new RunRoom(this, node.Room);
        _replies = new MessageReplies(node);
        _snapshots = new SnapshotKeeper(node, run);
        _rest = new RunRest(node);
    }

    public RunId Id => Run.Id;

    /// <summary>How many attempts are out. Read from any thread.</summary>
    public int AttemptsOut => Volatile.Read(ref _attemptsOut);

    /// <summary>The run, as this node's own.</summary>
    public OwnedRun Run { get; }

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

    /// <summary>Gives up what is under way and starts nothing any more, whatever the loop is at. Called from any thread.</summary>
    public void Abandon()
    {
        EffectHost? effects;
        lock (_halting)
        {
            _abandoned = true;
            effects = _effects;
        }

        effects?.Close();
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

                    if (halt || _leaseEnded)
                    {
                        Leave(halt ? [.. _batch, .. _mailbox.Close()] : _mailbox.Close());
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

        await _replies.PrepareAsync(Id, _batch).ConfigureAwait(false);
        var (state, step) = (_state!, _step!);
        var now = _node.Time.GetUtcNow();
        foreach (var envelope in _batch)
        {
            var refusal = envelope.Message is { } message ? _replies.Decide(state, step, message, now) : envelope.Command is { } command ? step.Decide(command, now) : null;
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
        var messages = step.Messages;
        if (step.Recorded.Length > 0 || _replies.Waiting is not null || messages is not null)
        {
            await _journal.AppendAsync(state, step, _replies.Waiting, messages).ConfigureAwait(false);
            Log.Refusals(_node.Log, Id, step.Recorded.Span);
            step.Clear();
            _replies.Stored();
            _rest.Acted(now);
            _leaseEnded = state.IsTerminal;
            _node.Observers.Published(Id);
            Log.Facts(_node.Log, Id, state.Version, state.Status);
        }
        else if (_batch.Exists(static envelope => envelope is { Asker: not null, Halt: false }) && !await Run.Stay.Validity.SureAsync().ConfigureAwait(false))
        {
            // Another node may have carried the run on: what is known here is no answer.
            throw new LeaseLostException(Id, Run.Epoch, Run.Epoch + 1);
        }

        // From here on the room that was taken is the attempts' to give back.
        _room.Begun();
        _effects!.Reconcile(reporter);
        Volatile.Write(ref _attemptsOut, state.AttemptsOut - state.ChildrenOut);
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

        var isFresh = state is not null;
        if (state is null)
        {
            (state, var kept) = await JournalReader.ReadAsync(Id, _node).ConfigureAwait(false);
            _snapshots.Loaded(kept);
        }

        state.VerifyPlan = _node.ProblemsOf;
        _state = state;
        _step = new RunStep(state);
        lock (_halting)
        {
            _effects = new EffectHost(this, _room, state, _node);
            if (_abandoned)
            {
                _effects.Close();
            }
        }

        if (!isFresh)
        {
            TakeOver.Begin(state, _step, _node);
        }
    }

    private void SetWakeUp(RunState state)
    {
        var wakeAt = _rest.WakeAt(state);
        if (wakeAt != _wakeAt)
        {
            _wakeAt = wakeAt;
            _host.WakeAt(this, wakeAt);
        }
    }

    // A run that only waits leaves memory; when its time comes or somebody wants something of it, any node may have it.
    private bool MayUnload()
    {
        if (_state is not { } state || state.AttemptsOut > state.ChildrenOut || _room.IsWaiting || _effects!.IsBusy)
        {
            return false;
        }

        return Run.IsHandedOver || _rest.OnlyWaits(state);
    }

    private void Leave(List<Envelope> left)
    {
        _effects?.Close();
        _room.GiveBack();
        var ended = _state is { IsTerminal: true };
        var isHandedOver = Run.IsHandedOver && _state is { } state && !_rest.OnlyWaits(state);
        _host.Left(this, new Departure(ended, _leaseEnded, _state?.HeldHere is not null, isHandedOver, ended ? null : _rest.Due));
        left.FailAskers(_host.IsStopping ? NodeStopped.Exception() : new LeaseLostException(Id, Run.Epoch, Run.Epoch + 1));
    }

    // The host first: whoever posts from here on finds a new loop, whose times this one can't undo.
    private void Fault(Exception exception)
    {
        _effects?.Close();
        _host.Faulted(this, exception);
        var left = _mailbox.Close();
        _room.GiveBack();
        foreach (var (asker, _) in _answers)
        {
            asker.Fail(exception);
        }

        _batch.FailAskers(exception);
        left.FailAskers(exception);
    }
}
