using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>
/// One run's share of the engine's room for attempts: what it was handed while it waited in line, and what it has taken for attempts
/// that are decided and not under way yet. Used by the run's loop; only what is said to be is for others.
/// </summary>
internal sealed class RunRoom(RunActor actor, AttemptSlots slots)
{
    private int _handed;
    private int _free;
    private int _taken;

    /// <summary>Whether it stands in line. Used by the slots alone, under their lock.</summary>
    public bool IsInLine { get; set; }

    /// <summary>Whether the run wanted more room than there was.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Hands over room for one attempt; it is used, or given back. Called by the slots, under their lock.</summary>
    /// <returns>False when the loop is gone.</returns>
    public bool TryHand()
    {
        // Before the post: when the loop looks, it must find it.
        Interlocked.Increment(ref _handed);

        // Where the loop is gone, either it found the room as it went and gave it back, or it is taken back here.
        return actor.TryPost(default) || Interlocked.Exchange(ref _handed, 0) == 0;
    }

    /// <summary>Decides what follows and starts attempts, as far as there is room; where there is less than the run could use, it gets in line.</summary>
    public void Advance(RunState state, RunStep step, DateTimeOffset now)
    {
        IsWaiting = false;
        _free = Interlocked.Exchange(ref _handed, 0);
        var startsNone = actor.Run.IsHandedOver;
        if (_free > 0 && (slots.IsClosed || startsNone))
        {
            GiveFreeBack();
        }

        while (true)
        {
            var started = step.Advance(now, _free);
            _free -= started;
            _taken += started;
            if (_free > 0 || startsNone || !state.WantsRoom)
            {
                break;
            }

            _free = slots.TakeOrWait(Math.Min(state.Agenda.ReadyCount, state.OwnRoom), this);
            if (_free == 0)
            {
                IsWaiting = true;
                break;
            }
        }

        GiveFreeBack();
    }

    /// <summary>The attempts are about to begin: their room is theirs to give back.</summary>
    public void Begun() => _taken = 0;

    /// <summary>Gives back what no attempt has. Call when the mailbox is closed, so that nothing is handed over after it.</summary>
    public void GiveBack()
    {
        _free += _taken + Interlocked.Exchange(ref _handed, 0);
        _taken = 0;
        GiveFreeBack();
    }

    private void GiveFreeBack()
    {
        if (_free > 0)
        {
            slots.Release(_free);
            _free = 0;
        }
    }
}
