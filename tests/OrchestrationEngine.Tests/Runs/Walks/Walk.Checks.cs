using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Walks;

/// <content>What must hold after every step.</content>
internal sealed partial class Walk
{
    private void Check()
    {
        Assert.Equal(WantedEffects.Of(_state), _live.Values.OrderBy(attempt => attempt.Task));
        CheckHints(_state, "live");
        if (_state is { Status: RunStatus.Running, Stopping: null, OwnRoom: > 0 } && _state.AttemptsOut < _capacity)
        {
            Assert.DoesNotContain(ReadyTasks.Of(_state, _now), task => GateRules.ClosedFor(_state, task) is null);
        }

        if (_state is { Status: RunStatus.Running, Stopping: null })
        {
            Assert.DoesNotContain(Enumerable.Range(0, _graph.TaskCount), task => Admission.IsDue(_state, task));
        }

        _journal.Keep(_state);
        CheckLoaded(_journal.Fold(), "folded");
        CheckLoaded(_journal.FromKept(_random), "from a kept state");
    }

    private void CheckLoaded(RunState loaded, string which)
    {
        StateText.RequireEqual(loaded, _state, $"{which} and live at {_state.Version}");
        Assert.Equal(WantedEffects.Of(_state), WantedEffects.Of(loaded));
        var again = new RunStep(loaded);
        if (!_step.IsDue(_now) && again.IsDue(_now))
        {
            // Retries whose time has come since become ready, which is no fact.
            again.Decide(RunCommand.Tick.Instance, _now);
            Assert.Equal(0, again.Recorded.Length);
        }

        CheckHints(loaded, which);
    }

    private void CheckHints(RunState state, string which)
    {
        Assert.True(
            ReadyTasks.Of(state, _now).SequenceEqual(state.Agenda.ReadyTasks(state).Order()),
            $"{which}: the queue has {string.Join(' ', state.Agenda.ReadyTasks(state).Order())}; ready are {string.Join(' ', ReadyTasks.Of(state, _now))}.");
        Assert.True(WantedEffects.WakeAt(state) == state.Agenda.Due.Next(state), $"{which}: the next time is {state.Agenda.Due.Next(state)}; it should be {WantedEffects.WakeAt(state)}.");
    }
}
