using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>When a run that only waits wants to be looked at, and when it is not worth its memory meanwhile. Used by the run's loop alone.</summary>
internal sealed class RunRest(NodeContext node)
{
    private DateTimeOffset _lastActive;

    /// <summary>When something of the run is due, in UTC ticks; null when nothing is, or it has ended.</summary>
    public long? Due { get; private set; }

    /// <summary>Something has happened to the run.</summary>
    public void Acted(DateTimeOffset now) => _lastActive = now;

    /// <summary>When the run's loop wants to be woken, in UTC ticks; null for never.</summary>
    public long? WakeAt(RunState state)
    {
        Due = state.IsTerminal ? null : state.Agenda.Due.Next(state);
        if (!IsOpenEnded(state))
        {
            return Due;
        }

        var now = node.Time.GetUtcNow();
        _lastActive = _lastActive == default ? now : _lastActive;

        // Once the time is over, something else keeps the run in memory, and wakes the loop when it is done.
        var unload = DueTimes.After(_lastActive.UtcTicks, node.Settings.UnloadWaitingRunsAfter);
        return unload > now.UtcTicks ? Math.Min(Due ?? long.MaxValue, unload) : Due;
    }

    /// <summary>Whether there is nothing to do for the run for long.</summary>
    public bool OnlyWaits(RunState state)
    {
        if (state.IsTerminal || state.Status == RunStatus.Paused || state.HeldHere is not null || FanOutRules.WaitsForCaller(state))
        {
            return true;
        }

        var (now, least, isOpenEnded) = (node.Time.GetUtcNow(), node.Settings.UnloadWaitingRunsAfter, IsOpenEnded(state));
        return (Due is { } due ? due - now.UtcTicks > least.Ticks : isOpenEnded) && (!isOpenEnded || now - _lastActive >= least);
    }

    // Nobody knows when a signal comes, or the end of another run: perhaps in a moment, so that it is not worth the way out of memory and back.
    private static bool IsOpenEnded(RunState state) => !state.IsTerminal && (state.ChildrenOut > 0 || state.Waits.AwaitsSignals || state.Handoffs.Asked.Count > 0 || FanOutRules.WaitsForCaller(state));
}
