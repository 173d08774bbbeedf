using System.Globalization;

namespace OrchestrationEngine.Runs;

/// <summary>Why the items of a task that are not under way are not: one sentence for all of them, however many they are.</summary>
internal static class FanOutReasons
{
    /// <summary>The sentence; null when nothing of the task waits.</summary>
    public static string? Of(RunState state, FanOut fanOut, DateTimeOffset now)
    {
        if (FanOutRules.StopsItems(state, fanOut))
        {
            return fanOut.Open == 0 ? null : Text($"{fanOut.UnderWay:N0} of the task's {fanOut.Count:N0} items are being stopped: {fanOut.Completing?.Reason ?? state.Canceling[fanOut.Task]}");
        }

        var (ready, retrying, other, gate) = (0, 0, 0, (Gate?)null);
        for (var (index, left) = (0, fanOut.Open - fanOut.UnderWay); left > 0 && index < fanOut.Count; index++)
        {
            ref readonly var slot = ref state.Task(fanOut[index]);
            if (slot.Status == RunTaskStatus.Retrying && slot.At > now.UtcTicks)
            {
                (retrying, left) = (retrying + 1, left - 1);
            }
            else if (slot.Status is RunTaskStatus.Pending or RunTaskStatus.Retrying)
            {
                left--;
                gate ??= state.Agenda.GateOf(state, fanOut[index]);
                _ = state.IsStartable(fanOut[index]) ? ready++ : other++;
            }
        }

        var parts = new List<string>();
        if (ready > 0)
        {
            parts.Add(Text($"{ready:N0} are ready: ") + WhyNotStarted(state, gate));
        }

        if (other > 0)
        {
            parts.Add(Text($"{other:N0} don't start any more."));
        }

        if (retrying > 0)
        {
            parts.Add(Text($"{retrying:N0} wait for the time of their next attempt."));
        }

        if (Asked(state, fanOut) is { } asked)
        {
            parts.Add(asked);
        }

        if (!fanOut.IsSealed && FanOutRules.Settings(state, fanOut.Task).Open)
        {
            parts.Add("Its list is open: it takes more items until it is sealed.");
        }

        return parts.Count == 0 ? null : Text($"Of the task's {fanOut.Count:N0} items {fanOut.Ended:N0} have ended and {fanOut.UnderWay:N0} are under way. ") + string.Join(" ", parts);
    }

    private static string? Asked(RunState state, FanOut fanOut)
    {
        const int MostNamed = 3;
        if (state.Handoffs.Asked.Count == 0)
        {
            return null;
        }

        var asked = state.Handoffs.Asked.Keys.Where(task => task >= ItemTable.First && state.Items.TaskOf(task) == fanOut.Task).Order().ToList();
        var named = string.Join(' ', asked.Take(MostNamed).Select(item => HandoffOutcomes.Reason(state, item)));
        return asked.Count == 0 ? null : asked.Count > MostNamed ? Text($"{named} And {asked.Count - MostNamed:N0} more wait for a person.") : named;
    }

    /// <summary>When the waiting ends by itself, in UTC ticks; null when that depends on something else.</summary>
    public static long? Until(RunState state, FanOut fanOut) => state.DueOf(DueKind.ItemsForce, fanOut.Task);

    private static string WhyNotStarted(RunState state, Gate? gate) => state switch
    {
        { Stopping: not null } => "the run is stopping.",
        { Status: RunStatus.Paused } => "the run is paused.",
        _ when gate is { Kind: GateKind.Items } => Text($"as many as the task allows are under way ({FanOutRules.Settings(state, gate.Value.Index).MaxParallel})."),
        { Engine: { } engine } when gate is { Kind: GateKind.EngineRoom or GateKind.Engine } closed => engine.Reason(closed),
        _ when gate is { } other => GateRules.Reason(state, other),
        { OwnRoom: <= 0 } => Text($"the run has as many tasks under way as its plan allows ({state.Graph.Plan.MaxParallelTasks})."),
        _ => "the engine has no room for another attempt now.",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
