using System.Globalization;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs;

/// <summary>All that a state says about its run, line by line, so that two can be compared field by field. Leaves out the agenda, which holds hints.</summary>
internal static class StateText
{
    public static void RequireEqual(RunState expected, RunState actual, string where)
    {
        if (AreEqual(expected, actual))
        {
            return;
        }

        var (left, right) = (Lines(expected).ToList(), Lines(actual).ToList());
        var differing = left.Zip(right).Where(pair => pair.First != pair.Second).Select(pair => $"{pair.First}   <>   {pair.Second}");
        Assert.Fail($"{where}:\n{string.Join('\n', differing)}");
    }

    private static bool AreEqual(RunState one, RunState two)
    {
        if (Header(one) != Header(two) || !Lost(one).SequenceEqual(Lost(two)) || Flow(one) != Flow(two) || !one.Signals.Received.SequenceEqual(two.Signals.Received))
        {
            return false;
        }

        for (var task = 0; task < one.Tasks.Length; task++)
        {
            if (Fields(one, task) != Fields(two, task) || one.Output(task) != two.Output(task) || one.Failures.GetValueOrDefault(task) != two.Failures.GetValueOrDefault(task))
            {
                return false;
            }
        }

        for (var phase = 0; phase < one.Phases.Length; phase++)
        {
            if (!one.Phase(phase).Equals(two.Phase(phase)))
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<string> Lines(RunState state)
    {
        yield return Header(state).ToString();
        yield return Flow(state);
        yield return $"lost {string.Join(' ', Lost(state))}";
        yield return $"signals {string.Join(' ', state.Signals.Received)}";
        for (var task = 0; task < state.Tasks.Length; task++)
        {
            yield return $"task {state.Graph.Task(task).Id} {Fields(state, task)} {state.Output(task)} {state.Failures.GetValueOrDefault(task)}";
        }

        for (var phase = 0; phase < state.Phases.Length; phase++)
        {
            var slot = state.Phase(phase);
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"phase {state.Graph.Phase(phase).Id} {slot.Status} remaining {slot.Remaining} broken {slot.Broken} open {slot.Open} out {slot.Out} failed {slot.Failed} generation {slot.Generation} turn {slot.Turn} at {slot.At} stopping {slot.Stopping} reason {slot.Reason}");
        }
    }

    private static string Flow(RunState state)
        => string.Join(' ', state.Canceling.OrderBy(pair => pair.Key).Select(pair => $"canceling {pair.Key}: {pair.Value}"))
            + string.Join(' ', state.Loops.Tasks.Select(pair => string.Create(CultureInfo.InvariantCulture, $"task {pair.Key} turn {pair.Value.Turn}: {string.Join(", ", pair.Value.Outputs)}")))
            + (state.TurnEnded.Version == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"turn of {state.TurnEnded.Task} ended with {state.TurnEnded.Version}"));

    private static IEnumerable<(int Task, LostAttempt Lost)> Lost(RunState state)
        => state.LostAttempts.OrderBy(pair => pair.Key).SelectMany(pair => pair.Value.Select(lost => (pair.Key, lost)));

    private static (RunStatus Status, long Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, RunStopping? Stopping, long Since, string? Reason, int Open, int Failed, int Out) Header(RunState state)
        => (state.Status, state.Version, state.CreatedAt, state.UpdatedAt, state.Stopping, state.StoppingSince, state.Reason, state.OpenPhases, state.FailedPhases, state.AttemptsOut);

    private static (RunTaskStatus Status, int JoinsOpen, int OrdersOpen, int Unmet, int Attempt, int Failures, int Generation, long At, bool Out, bool Stopping, bool Canceling, bool Unknown) Fields(RunState state, int task)
    {
        ref readonly var slot = ref state.Task(task);
        return (slot.Status, slot.JoinsOpen, slot.OrdersOpen, slot.Unmet, slot.Attempt, slot.Failures, slot.Generation, slot.At, slot.AttemptOut, slot.AttemptStopping, slot.Canceling, slot.OutcomeUnknown);
    }
}
