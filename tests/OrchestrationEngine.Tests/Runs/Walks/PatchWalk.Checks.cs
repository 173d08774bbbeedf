using System.Text;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Walks;

/// <content>What must hold after every step.</content>
internal sealed partial class PatchWalk
{
    private void Check()
    {
        Assert.Equal(WantedEffects.Of(_state).Select(wanted => (wanted.Task, wanted.Attempt)), _live.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value.Number)));
        _journal.Keep(_state);
        CheckLoaded(_state, "live");
        CheckLoaded(_journal.Fold(), "folded");
        CheckLoaded(_journal.FromKept(_random), "from a kept state");
        var counted = _journal.Fold();
        Counts.Recount(counted);
        StateText.RequireEqual(counted, _state, "counted anew and as the facts came");
    }

    private void CheckLoaded(RunState loaded, string which)
    {
        StateText.RequireEqual(loaded, _state, $"{which} and live at {_state.Version}");
        if (_state.IsPlanChanged)
        {
            Assert.Equal(Encoding.UTF8.GetString(PlanJson.Write(_state.Graph.Plan)), Encoding.UTF8.GetString(PlanJson.Write(loaded.Graph.Plan)));
        }

        Assert.Equal(WantedEffects.Of(_state), WantedEffects.Of(loaded));
        var again = new RunStep(loaded);
        if (!ReferenceEquals(loaded, _state))
        {
            if (!_step.IsDue(_now) && again.IsDue(_now))
            {
                again.Decide(RunCommand.Tick.Instance, _now);
            }

            // Nothing follows from a state that was loaded that did not follow from the one that was here: whether a task is done at all is
            // decided again, and is no fact.
            FixedRoom.Advance(again, loaded, _now, 0);
            Assert.Equal([], again.Recorded.ToArray().Select(FactText.Of));
        }

        Assert.True(
            ReadyTasks.Of(loaded, _now).SequenceEqual(loaded.Agenda.ReadyTasks(loaded).Order()),
            $"{which}: the queue has {string.Join(' ', loaded.Agenda.ReadyTasks(loaded).Order())}; ready are {string.Join(' ', ReadyTasks.Of(loaded, _now))}.");
        Assert.True(WantedEffects.WakeAt(loaded) == loaded.Agenda.Due.Next(loaded), $"{which}: the next time is {loaded.Agenda.Due.Next(loaded)}; it should be {WantedEffects.WakeAt(loaded)}.");
    }
}
