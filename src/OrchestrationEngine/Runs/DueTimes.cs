namespace OrchestrationEngine.Runs;

/// <summary>What becomes due at some time.</summary>
internal enum DueKind
{
    /// <summary>An attempt has taken as long as it may.</summary>
    AttemptTimeout,

    /// <summary>An attempt that was asked to stop is given up.</summary>
    AttemptForce,

    /// <summary>The next attempt may start.</summary>
    Retry,

    /// <summary>A phase has taken as long as it may.</summary>
    PhaseTimeout,

    /// <summary>The attempts of a phase that is stopping are given up.</summary>
    PhaseForce,

    /// <summary>The items under way of a task that is completing are given up.</summary>
    ItemsForce,

    /// <summary>The attempts of a run that is stopping are given up.</summary>
    RunForce,

    /// <summary>What a task waits for comes by its time, or it has waited as long as it may.</summary>
    Wait,

    /// <summary>The next turn of a phase may begin.</summary>
    PhaseTurn,

    /// <summary>A task no longer waits for its milestone.</summary>
    Guard,
}

/// <summary>
/// The times at which a run wants to be looked at. Entries are hints: what is due is asked of the state itself
/// (<see cref="RunState.DueOf"/>), so an entry that no longer holds is dropped when it comes up. What is due at the same moment comes by
/// kind and then in the order of the plan.
/// </summary>
internal sealed class DueTimes
{
    private readonly PriorityQueue<(DueKind Kind, int Index), (long Ticks, long Place)> _queue = new();

    public int Count => _queue.Count;

    /// <summary>The time so long after another; the last time there is where the sum is beyond it.</summary>
    public static long After(long ticks, TimeSpan span) => span.Ticks <= long.MaxValue - ticks ? ticks + span.Ticks : long.MaxValue;

    public void Add(DueKind kind, int index, long ticks) => _queue.Enqueue((kind, index), (ticks, ((long)kind << 32) | (uint)index));

    /// <summary>The earliest time that still holds, or null.</summary>
    public long? Next(RunState state)
    {
        while (_queue.TryPeek(out var entry, out var place))
        {
            if (state.DueOf(entry.Kind, entry.Index) == place.Ticks)
            {
                return place.Ticks;
            }

            _queue.Dequeue();
        }

        return null;
    }

    /// <summary>Takes the next entry that holds and has come.</summary>
    public bool TryTake(RunState state, long now, out DueKind kind, out int index)
    {
        (kind, index) = (default, 0);
        if (Next(state) is not { } ticks || ticks > now)
        {
            return false;
        }

        (kind, index) = _queue.Dequeue();
        return true;
    }
}
