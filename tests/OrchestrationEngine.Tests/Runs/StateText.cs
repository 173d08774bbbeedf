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
        if (Header(one) != Header(two) || !Lost(one).SequenceEqual(Lost(two)) || Flow(one) != Flow(two) || Handoffs(one) != Handoffs(two) || Waits(one) != Waits(two) || !one.Signals.Received.SequenceEqual(two.Signals.Received) || !Documents(one).SequenceEqual(Documents(two)))
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

        if (!Items(one).SequenceEqual(Items(two)))
        {
            return false;
        }

        for (var phase = 0; phase < one.Phases.Length; phase++)
        {
            if (!Kept(one.Phase(phase)).Equals(Kept(two.Phase(phase))))
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
        yield return Handoffs(state);
        yield return $"lost {string.Join(' ', Lost(state))}";
        yield return $"signals {string.Join(' ', state.Signals.Received)}";
        yield return Waits(state);
        foreach (var line in Documents(state))
        {
            yield return line;
        }

        for (var task = 0; task < state.Tasks.Length; task++)
        {
            yield return $"task {state.Graph.Task(task).Id} {Fields(state, task)} {state.Output(task)} {state.Failures.GetValueOrDefault(task)}";
        }

        foreach (var line in Items(state))
        {
            yield return line;
        }

        for (var phase = 0; phase < state.Phases.Length; phase++)
        {
            var slot = state.Phase(phase);
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"phase {state.Graph.Phase(phase).Id} {slot.Status} remaining {slot.Remaining} broken {slot.Broken} open {slot.Open} out {slot.Out} failed {slot.Failed} generation {slot.Generation} turn {slot.Turn} due {slot.TurnDue} at {slot.At} stopping {slot.Stopping} reason {slot.Reason}");
        }
    }

    private static IEnumerable<string> Documents(RunState state)
        => state.Documents.All
            .Select(each => string.Create(CultureInfo.InvariantCulture, $"document {each.Name} version {each.Version} bytes {each.Bytes} content {each.Content} writer {each.Writer} places {string.Join(' ', each.Places)} text {each.Text}"))
            .Concat(state.Documents.Conflicts.Select(each => each.ToString()))
            .Concat(state.Documents.Given.All.Concat(state.Documents.Made.All).Select(each => each.ToString()))
            .Append(string.Create(CultureInfo.InvariantCulture, $"conflicts {state.Documents.ConflictCount} kept {state.Documents.KeptBytes}"));

    private static PhaseSlot Kept(PhaseSlot slot)
    {
        slot.Held = false;
        return slot;
    }

    private static IEnumerable<string> Items(RunState state)
    {
        if (state.Items.FanOuts.Count == 0)
        {
            yield break;
        }

        yield return $"items {state.Items.Count}";
        foreach (var fanOut in state.Items.FanOuts.Values.OrderBy(each => each.Task))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"items of {fanOut.Task} before {fanOut.AttemptsBefore} expanded {fanOut.IsExpanded} sealed {fanOut.IsSealed} holds {fanOut.HoldsPhase} composed {fanOut.IsComposed} count {fanOut.Count} ended {fanOut.Ended} succeeded {fanOut.Succeeded} failed {fanOut.Failed} first {fanOut.FirstFailed} under way {fanOut.UnderWay} bytes {fanOut.OutputBytes} completing {fanOut.Completing?.Reason} {fanOut.Completing?.Failure} since {fanOut.CompletingSince} arrived {string.Join(' ', fanOut.Arrived)} taken {fanOut.Taken} added {string.Join(' ', fanOut.Additions.Order(StringComparer.Ordinal))}");
            for (var index = 0; index < fanOut.Count; index++)
            {
                var item = fanOut[index];
                yield return string.Create(CultureInfo.InvariantCulture, $"item {item} {state.Items.TaskOf(item)}[{state.Items.IndexOf(item)}] {Fields(state, item)} {state.Items.Value(item)} {state.Output(item)} {state.Failures.GetValueOrDefault(item)}");
            }
        }
    }
    private static string Flow(RunState state)
        => string.Join(' ', state.Canceling.OrderBy(pair => pair.Key).Select(pair => $"canceling {pair.Key}: {pair.Value}"))
            + string.Join(' ', state.Loops.Tasks.Select(pair => string.Create(CultureInfo.InvariantCulture, $"task {pair.Key} turn {pair.Value.Turn}: {string.Join(", ", pair.Value.Outputs)}")))
            + string.Join(' ', state.GuardDues.OrderBy(pair => pair.Key).Select(pair => string.Create(CultureInfo.InvariantCulture, $"guard {pair.Key} until {pair.Value}")))
            + (state.TurnEnded.Version == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"turn of {state.TurnEnded.Task} ended with {state.TurnEnded.Version}"));

    private static string Handoffs(RunState state)
        => string.Join(' ', state.Handoffs.Feedback.OrderBy(pair => pair.Key).Select(pair => string.Create(CultureInfo.InvariantCulture, $"feedback {pair.Key} of {pair.Value.Attempt}: {string.Join(", ", pair.Value.Violations.Select(each => $"{each.Rule} {each} {each.Expected} {each.Found}"))}")))
            + string.Join(' ', state.Handoffs.Asked.OrderBy(pair => pair.Key).Select(pair => string.Create(CultureInfo.InvariantCulture, $"asked {pair.Key} since {pair.Value.Since}: {System.Text.Encoding.UTF8.GetString(FactText.Json(pair.Value.Fact))}")))
            + string.Join(' ', state.Handoffs.Sent.OrderBy(sent => (sent.From, sent.To)).Select(sent => string.Create(CultureInfo.InvariantCulture, $"sent {sent.From} to {sent.To}: {sent.Value}")));

    private static string Waits(RunState state)
        => string.Join(' ', state.Waits.All.OrderBy(entry => entry.Value.Number).Select(entry => string.Create(CultureInfo.InvariantCulture, $"task {entry.Key} waits since {entry.Value.Number} ({entry.Value.Received}): {string.Join(", ", entry.Value.Branches)}")))
            + string.Join(' ', state.Children.OrderBy(entry => entry.Key).Select(entry => $"task {entry.Key} by run {entry.Value}"))
            + string.Create(CultureInfo.InvariantCulture, $"children out {state.ChildrenOut}, parent {state.Parent}, gives {state.RunOutput}");

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
