using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>
/// One run's share of the engine's room for attempts: what it was granted and has not used, and what its step has used but not yet
/// handed to an attempt, so that no room is lost whichever way a step ends. Used by the run's loop alone, but for <see cref="Hand"/>.
/// </summary>
internal sealed class RunRoom(AttemptSlots slots, RunActor actor)
{
    private int _free;
    private int _taken;
    private int _handed;

    /// <summary>Whether the run could start more than there was room for, and is told when there is some.</summary>
    public bool IsAwaited { get; private set; }

    /// <summary>Hands over room for one attempt. From any thread, before the loop is told of it.</summary>
    public void Hand() => Interlocked.Increment(ref _handed);

    /// <summary>Takes back what was handed over and the loop has not found.</summary>
    /// <returns>Whether there was any.</returns>
    public bool TryTakeBack() => Interlocked.Exchange(ref _handed, 0) > 0;

    /// <summary>Has a step start what it can, as far as there is room.</summary>
    public void Advance(RunState state, RunStep step, DateTimeOffset now)
    {
        IsAwaited = false;
        _free = Interlocked.Exchange(ref _handed, 0);
        if (slots.IsClosed)
        {
            GiveBack(ref _free);
        }

        while (true)
        {
            var started = step.Advance(now, _free);
            _free -= started;
            _taken += started;
            if (_free > 0 || !state.WantsRoom)
            {
                break;
            }

            _free = slots.TakeOrWait(Math.Min(state.Agenda.ReadyCount, state.OwnRoom), actor);
            if (_free == 0)
            {
                IsAwaited = true;
                break;
            }
        }

        GiveBack(ref _free);
    }

    /// <summary>The attempts that the step started are about to begin; what they take is theirs to give back.</summary>
    public void HandOver() => _taken = 0;

    /// <summary>Gives back all that no attempt has.</summary>
    public void GiveBackAll()
    {
        _free += _taken + Interlocked.Exchange(ref _handed, 0);
        _taken = 0;
        GiveBack(ref _free);
    }

    private void GiveBack(ref int room)
    {
        if (room > 0)
        {
            slots.Release(room);
            room = 0;
        }
    }
}
