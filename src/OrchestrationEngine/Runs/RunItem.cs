using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>How far the items of a task are that is done for each item of a list.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Ended">How many have ended, however.</param>
/// <param name="Succeeded">How many succeeded.</param>
/// <param name="Failed">How many failed, or were set aside.</param>
/// <param name="UnderWay">How many are under way.</param>
/// <param name="Sealed">Whether no more are added.</param>
public sealed record RunItems(int Count, int Ended, int Succeeded, int Failed, int UnderWay, bool Sealed)
{
    internal static RunItems Of(FanOut fanOut) => new(fanOut.Count, fanOut.Ended, fanOut.Succeeded, fanOut.Failed, fanOut.UnderWay, fanOut.IsSealed);
}

/// <summary>One item of a task, where it stood when it was asked for.</summary>
/// <param name="Index">Its place in the list, from 0.</param>
/// <param name="Value">The value of the list.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Attempts">How many attempts have started since its task had its list.</param>
/// <param name="Output">What it made; JSON <c>null</c> before it succeeded.</param>
/// <param name="Failure">Why it failed, or null.</param>
public sealed record RunItem(int Index, JsonData Value, RunTaskStatus Status, int Attempts, JsonData Output, Failure? Failure)
{
    /// <summary>Whether an attempt ended without anybody knowing whether it did its work, and nothing was found out about it since.</summary>
    public bool OutcomeUnknown { get; init; }

    /// <summary>The run that does its latest attempt, or did, where runs do the items; otherwise null.</summary>
    public RunId? Child { get; init; }

    /// <summary>The items of a task from one on; null when there is no such task.</summary>
    internal static IReadOnlyList<RunItem>? Of(RunState state, string task, int first, int most)
    {
        if (!state.Graph.TryGetTask(task, out var number))
        {
            return null;
        }

        if (state.Items.Find(number) is not { } fanOut || first >= fanOut.Count)
        {
            return [];
        }

        var items = new RunItem[Math.Min(most, fanOut.Count - first)];
        for (var i = 0; i < items.Length; i++)
        {
            var item = fanOut[first + i];
            ref readonly var slot = ref state.Task(item);
            items[i] = new RunItem(first + i, state.Items.Value(item), slot.Status, slot.Attempt - fanOut.AttemptsBefore, state.Output(item), state.Failures.GetValueOrDefault(item))
            {
                OutcomeUnknown = slot.OutcomeUnknown,
                Child = state.Children.TryGetValue(item, out var child) ? child : null,
            };
        }

        return items;
    }
}
