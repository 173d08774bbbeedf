using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>When a task that is done for each item of a list has its items, and when it is done.</summary>
internal static class FanOutRules
{
    // What a task whose items are the tasks that arrive at its join says of them.
    private static readonly ForEachDefinition OfJoin = new() { Items = Expressions.ValueExpression.Parse("inputs") };

    /// <summary>What the plan says of a task's items.</summary>
    public static ForEachDefinition Settings(RunState state, int task) => state.Definition(task).ForEach ?? OfJoin;

    /// <summary>When the task is done.</summary>
    public static JoinDefinition Join(RunState state, int task) => Settings(state, task).Join;

    /// <summary>Starts a task that is ready: its items are known from now on, or it fails for want of them.</summary>
    public static RunEvent Expand(RunState state, int task)
    {
        var definition = state.Definition(task);
        if (definition.Join.Kind == JoinKind.Each)
        {
            return new TaskExpanded { Task = definition.Id, Sources = Waiting(state, state.Items.Find(task)) ?? [], Sealed = state.Task(task).JoinsOpen == 0 };
        }

        var settings = definition.ForEach ?? throw new NotSupportedException($"Task '{definition.Id}' is not done for each item of a list.");
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            if (!settings.Items.TryEvaluate(state.Scope.For(task), writer, out var problem))
            {
                return Fails(state, task, $"Its list of items ({settings.Items.Text}) can't be read: {problem}");
            }
        }

        var items = JsonData.Trusted(buffer.WrittenMemory);
        return FanOutList.CountOf(items) switch
        {
            null => Fails(state, task, $"Its items ({settings.Items.Text}) are {KindOf(items)}; a list was expected."),
            > FanOut.MaxItems and var count => Fails(state, task, string.Create(CultureInfo.InvariantCulture, $"Its list of items ({settings.Items.Text}) has {count:N0} of them; a task can have {FanOut.MaxItems:N0}.")),
            _ => new TaskExpanded { Task = definition.Id, Items = items, Sealed = !settings.Open },
        };
    }

    /// <summary>The next fact about a task's items, or null when it stays as it is.</summary>
    public static RunEvent? Next(RunState state, int task)
    {
        if (state.Items.Find(task) is not { IsExpanded: true } fanOut || state.Task(task).Status != RunTaskStatus.Running)
        {
            return null;
        }

        if (RunDecider.StopReason(state, task) is { } reason)
        {
            // With its phase or run it ends by their facts.
            return state.Task(task).Canceling && fanOut.Open == 0 && state.Stopping is null && !state.Phase(state.PhaseOf(task)).Stopping
                ? new TaskCanceled { Task = state.Definition(task).Id, Reason = reason }
                : null;
        }

        if (fanOut.Completing is { } completing)
        {
            return fanOut.Open > 0 ? null : Ends(state, fanOut, completing.Failure);
        }

        if (state.Definition(task).Join.Kind == JoinKind.Each && !fanOut.IsSealed && Arrivals(state, fanOut) is { } added)
        {
            return added;
        }

        var join = Join(state, task);
        return join.Kind switch
        {
            JoinKind.None => Repeats(state, fanOut) && fanOut is not { IsSealed: true, Open: 0 } ? null : Ends(state, fanOut, null),
            JoinKind.All => All(state, fanOut),
            JoinKind.AtLeast => AtLeast(state, fanOut, join.Count),
            JoinKind.Any or JoinKind.First => AtLeast(state, fanOut, 1),
            JoinKind.Until => Until(state, fanOut, join),
            _ => Ends(state, fanOut, Failure.Of(FailureClass.InvalidInput, $"The items can't be joined by '{join.Kind}'.")),
        };
    }

    /// <summary>Whether the list of a task is open, so that it takes a caller for the run to go on.</summary>
    public static bool AwaitsItems(RunState state)
        => state.Items.FanOuts.Values.Any(fanOut => fanOut is { IsExpanded: true, IsSealed: false } && Settings(state, fanOut.Task).Open);

    /// <summary>Whether nothing of a run goes on unless a caller adds items or says that there are no more.</summary>
    public static bool WaitsForCaller(RunState state)
        => state.AttemptsOut == 0 && state.Items.FanOuts.Count > 0 && state.Agenda.Due.Next(state) is null && !state.Agenda.HasReady(state) && !state.Agenda.HoldsBackAny(state) && AwaitsItems(state);

    /// <summary>Whether items that fail count as failed tasks of the phase: nothing else tells of those that go on when their task has succeeded.</summary>
    public static bool CountsInPhase(RunState state, FanOut fanOut) => Join(state, fanOut.Task).Kind == JoinKind.None && !Settings(state, fanOut.Task).ContinueOnError;

    /// <summary>The items of a task that failed where that counts in the phase, in words; null where there are none.</summary>
    public static string? FailedItems(RunState state, int task) => state.Items.Find(task) is { Failed: > 0 } fanOut && CountsInPhase(state, fanOut)
        ? string.Create(CultureInfo.InvariantCulture, $"Task '{state.Definition(task).Id}' has items that failed ({fanOut.Failed:N0}): item {fanOut.FirstFailed}: {state.Failures[fanOut[fanOut.FirstFailed]].Message}")
        : null;

    /// <summary>Why an item that is under way is to stop, or null when it is not.</summary>
    public static string? StopReason(RunState state, int item)
        => state.Items.FanOutOf(item) is { Completing: { } completing } ? completing.Reason : state.Canceling.GetValueOrDefault(state.TaskOf(item));

    /// <summary>Whether no item of a task starts any more, and those under way are to stop.</summary>
    public static bool StopsItems(RunState state, FanOut fanOut) => fanOut.Completing is not null || state.Task(fanOut.Task).Canceling;

    /// <summary>What a task makes of its items, as they are now.</summary>
    public static JsonData OutputOf(RunState state, FanOut fanOut) => Join(state, fanOut.Task).Kind == JoinKind.None ? JsonData.Null : FanOutOutput.Compose(state, fanOut, divides: false);

    private static RunEvent? All(RunState state, FanOut fanOut)
    {
        if (fanOut.Failed > 0 && !Settings(state, fanOut.Task).ContinueOnError)
        {
            return Stops(state, fanOut, FailureOf(state, fanOut));
        }

        return fanOut is { IsSealed: true, Open: 0 } ? Ends(state, fanOut, null) : null;
    }

    private static RunEvent? AtLeast(RunState state, FanOut fanOut, int needed)
    {
        if (fanOut.Succeeded >= needed)
        {
            return Done(state, fanOut);
        }

        if (!fanOut.IsSealed || fanOut.Succeeded + fanOut.Open >= needed)
        {
            return null;
        }

        var why = string.Create(CultureInfo.InvariantCulture, $"At least {needed:N0} of its items must succeed, and no more than {fanOut.Succeeded + fanOut.Open:N0} can: it has {fanOut.Count:N0}");
        return Stops(state, fanOut, Because(state, fanOut, why + (fanOut.Failed > 0 ? string.Create(CultureInfo.InvariantCulture, $", and {fanOut.Failed:N0} failed.") : ".")));
    }

    private static RunEvent? Until(RunState state, FanOut fanOut, JoinDefinition join)
    {
        if (join.Condition is not { } condition)
        {
            return Ends(state, fanOut, Failure.Of(FailureClass.InvalidInput, "Its items are joined by an expression, and the plan has none."));
        }

        var result = condition.Evaluate(state.Scope.For(fanOut.Task));
        if (result.IsTrue)
        {
            return Done(state, fanOut);
        }

        if (fanOut is not { IsSealed: true, Open: 0 })
        {
            return null;
        }

        return Ends(state, fanOut, result.IsError
            ? Failure.Of(FailureClass.InvalidInput, $"All items have ended, and the join's condition ({condition.Text}) can't be read: {result.Error}")
            : Because(state, fanOut, $"All items have ended without '{condition.Text}' being true."));
    }

    // As many have succeeded as were needed.
    private static RunEvent Done(RunState state, FanOut fanOut)
    {
        var join = Join(state, fanOut.Task);
        return fanOut.Open > 0 && (join.CancelRest || join.Kind == JoinKind.First || Repeats(state, fanOut))
            ? new TaskCompleting { Task = state.Definition(fanOut.Task).Id, Reason = $"Task '{state.Definition(fanOut.Task).Id}' has what it needs of its items." }
            : Ends(state, fanOut, null);
    }

    // The items of one turn don't go on into the next.
    private static bool Repeats(RunState state, FanOut fanOut) => state.Definition(fanOut.Task).Repeat is not null;

    private static RunEvent Stops(RunState state, FanOut fanOut, Failure failure) => fanOut.Open == 0
        ? Ends(state, fanOut, failure)
        : new TaskCompleting { Task = state.Definition(fanOut.Task).Id, Reason = failure.Message, Failure = failure };

    private static RunEvent Ends(RunState state, FanOut fanOut, Failure? failure)
    {
        var id = state.Definition(fanOut.Task).Id;
        if (failure is null && FanOutOutput.LengthOf(fanOut) is > FanOutOutput.MaxBytes and var length)
        {
            failure = Failure.Of(FailureClass.InvalidOutput, string.Create(CultureInfo.InvariantCulture, $"The outputs of its items have {length:N0} bytes together; a task's output can have {FanOutOutput.MaxBytes:N0}. Hand over references to the content instead."));
        }

        if (failure is not null)
        {
            return new TaskFailed { Task = id, Failure = failure };
        }

        if (!Repeats(state, fanOut))
        {
            return new TaskSucceeded { Task = id };
        }

        var facts = new List<RunEvent>();
        LoopRules.Succeed(state, fanOut.Task, OutputOf(state, fanOut), again => new TaskSucceeded { Task = id, Again = again }, facts.Add);
        foreach (var fact in facts.Skip(1))
        {
            state.Agenda.Decided.Enqueue(fact);
        }

        return facts[0];
    }

    private static TaskEvent? Arrivals(RunState state, FanOut fanOut)
    {
        var (id, isLast) = (state.Definition(fanOut.Task).Id, state.Task(fanOut.Task).JoinsOpen == 0);
        return Waiting(state, fanOut) is { } sources
            ? new TaskItemsAdded { Task = id, Sources = sources, Sealed = isLast }
            : isLast ? new TaskSealed { Task = id } : null;
    }

    private static List<string>? Waiting(RunState state, FanOut? fanOut) => fanOut is null || fanOut.Taken == fanOut.Arrived.Count
        ? null
        : [.. fanOut.Arrived.Skip(fanOut.Taken).Select(source => state.Definition(source).Id)];

    private static TaskFailed Fails(RunState state, int task, string why) => new() { Task = state.Definition(task).Id, Failure = Failure.Of(FailureClass.InvalidInput, why) };

    // The kind of failure is that of the first item that failed, where one did.
    private static Failure Because(RunState state, FanOut fanOut, string why)
        => fanOut.FirstFailed >= 0 && FailureOf(state, fanOut) is var first
            ? Failure.Of(first.Class, $"{why} {first.Message}")
            : Failure.Of(FailureClass.InvalidInput, why);

    private static Failure FailureOf(RunState state, FanOut fanOut)
    {
        var item = fanOut[fanOut.FirstFailed];
        var (how, failure) = (state.Task(item).Status == RunTaskStatus.Quarantined ? "was set aside" : "failed", state.Failures[item]);
        return Failure.Of(failure.Class, string.Create(CultureInfo.InvariantCulture, $"Item {fanOut.FirstFailed} {how}: {failure.Message}"));
    }

    private static string KindOf(JsonData value)
    {
        var reader = new Utf8JsonReader(value.Utf8.Span, new JsonReaderOptions { MaxDepth = 1000 });
        return !reader.Read() ? "nothing" : reader.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.String => "a text",
            JsonTokenType.Number => "a number",
            JsonTokenType.True or JsonTokenType.False => "a boolean",
            _ => "null",
        };
    }
}
