using System.Globalization;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>What the passing of time means: time limits, grace periods and retries that have come due.</summary>
internal static class DueRules
{
    /// <summary>Adds the facts of the next thing that is due, if any. A task whose next attempt is due becomes ready, and a phase whose turn is due goes on, which are no facts.</summary>
    public static void Decide(RunState state, DateTimeOffset now, List<RunEvent> facts)
    {
        if (state.IsTerminal || !state.Agenda.Due.TryTake(state, now.UtcTicks, out var kind, out var index))
        {
            return;
        }

        switch (kind)
        {
            case DueKind.Retry:
                state.Agenda.AddReady(state, index);
                break;
            case DueKind.AttemptTimeout:
                facts.Add(new AttemptStopping { Task = state.Definition(index).Id, Item = state.ItemOf(index), Attempt = state.Task(index).Attempt });
                break;
            case DueKind.AttemptForce when state.Task(index).Canceling:
                facts.Add(new TaskCanceled { Task = state.Definition(index).Id, Item = state.ItemOf(index), Reason = RunDecider.StopReason(state, index)!, Forced = true });
                break;
            case DueKind.AttemptForce:
                // Time brings no random number with it, so the delay is not spread: the whole of it, rather than none.
                var givenUp = new AttemptFailed { Task = state.Definition(index).Id, Item = state.ItemOf(index), Attempt = state.Task(index).Attempt, Failure = TimedOut(state, index, stopped: false), GivenUp = true };
                FailureRules.Decide(state, index, givenUp, true, null, random: 1, now, facts);
                break;
            case DueKind.Wait:
                WaitRules.Due(state, index, facts);
                break;
            case DueKind.PhaseTimeout:
                facts.Add(new PhaseStopping { Phase = state.Graph.Phase(index).Id, Reason = $"The phase took longer than its limit of {Text(state.Graph.Phase(index).Timeout)}." });
                break;
            case DueKind.Guard:
                facts.Add(GuardRules.GiveUp(state, index));
                break;
            case DueKind.PhaseTurn:
                PhaseFold.GoOn(state, index);
                break;
            case DueKind.PhaseForce:
                GiveUp(state, state.Graph.FirstTask(index), state.Graph.EndTask(index), facts);
                break;
            case DueKind.ItemsForce:
                GiveUp(state, FanOutFold.AttemptsOut(state, index, index + 1), facts);
                break;
            default:
                GiveUp(state, 0, state.Tasks.Length, facts);
                break;
        }
    }

    /// <summary>The failure of an attempt that took too long.</summary>
    public static Failure TimedOut(RunState state, int task, bool stopped)
    {
        var limit = Text(state.Definition(task).Timeout);
        return Failure.Of(
            FailureClass.Timeout,
            stopped
                ? $"The attempt took longer than its limit of {limit} and was stopped."
                : $"The attempt took longer than its limit of {limit}, did not stop within {Text(state.GracePeriod)} of being asked to, and was given up. What it returns later is ignored.");
    }

    private static void GiveUp(RunState state, int first, int end, List<RunEvent> facts)
    {
        GiveUp(state, Enumerable.Range(first, end - first).Where(task => state.Task(task).AttemptOut).Concat(FanOutFold.AttemptsOut(state, first, end)), facts);
    }

    private static void GiveUp(RunState state, IEnumerable<int> tasks, List<RunEvent> facts)
    {
        foreach (var task in tasks)
        {
            facts.Add(new TaskCanceled { Task = state.Definition(task).Id, Item = state.ItemOf(task), Reason = RunDecider.StopReason(state, task) ?? "Its phase was stopped.", Forced = true });
        }
    }

    /// <summary>A time limit in words.</summary>
    public static string Text(TimeSpan? time) => (time ?? TimeSpan.Zero).ToString("g", CultureInfo.InvariantCulture);
}
