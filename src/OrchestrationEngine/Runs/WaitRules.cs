using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>Tasks that wait for a time or a signal: how a wait begins, and what ends it.</summary>
/// <remarks>
/// Signals are consumed once and in the order in which they came; waits are served in the order in which they began. Both orders are the same for all,
/// so it makes no difference whether it is a signal or a wait that is looked at: there is one way in which they can be brought together.
/// </remarks>
internal static class WaitRules
{
    /// <summary>The fact by which a task begins to wait, or fails because it can't be told what for.</summary>
    public static TaskEvent Begin(RunState state, int task, DateTimeOffset now)
    {
        var definition = state.Definition(task);
        var dues = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var signals = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var branch in definition.Wait!.Branches)
        {
            string? problem = null;
            if (branch.After is { } span)
            {
                dues[branch.Name] = new DateTimeOffset(Math.Min(DueTimes.After(now.UtcTicks, span), DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
            }
            else if (branch.At is { } at)
            {
                dues[branch.Name] = TimeOf(state, task, at, out problem);
            }
            else
            {
                signals[branch.Name] = NameOf(state, task, branch.Signal!, out problem);
            }

            if (problem is not null)
            {
                var which = branch.Name.Length > 0 ? $"Branch '{branch.Name}' of task" : "Task";
                return new TaskFailed { Task = definition.Id, Item = state.ItemOf(task), Failure = Failure.Of(FailureClass.InvalidInput, $"{which} '{definition.Id}' can't be told what to wait for. {problem}") };
            }
        }

        return new TaskWaiting { Task = definition.Id, Item = state.ItemOf(task), Dues = dues.Count > 0 ? dues : null, Signals = signals.Count > 0 ? signals : null };
    }

    /// <summary>What the next wait or signal in the agenda leads to, or null when there is none of which anything follows.</summary>
    public static RunEvent? Next(RunState state)
    {
        while (state.Agenda.TryTakeWait(out var task))
        {
            if (OldestFor(state, task) is { } fact)
            {
                return fact;
            }
        }

        while (state.Agenda.TryTakeSignal(out var place))
        {
            if (TakerOf(state, place) is { } fact)
            {
                return fact;
            }
        }

        return null;
    }

    /// <summary>A time for which a task waits has come: that of a branch, or its limit.</summary>
    public static TaskEvent Due(RunState state, int task)
    {
        var definition = state.Definition(task);
        var wait = state.Waits.Of(task)!;
        AwaitedBranch? first = null;
        foreach (var branch in wait.Branches)
        {
            first = branch.Due is { } due && !(due >= first?.Due) ? branch : first;
        }

        return first is { } reached && !(reached.Due > LimitOf(state, task))
            ? Succeeded(state, task, reached, default, null)
            : new TaskFailed { Task = definition.Id, Item = state.ItemOf(task), Failure = Failure.Of(FailureClass.Timeout, $"The task waited longer than its limit of {definition.Timeout!.Value.ToString("g", CultureInfo.InvariantCulture)}.") };
    }

    /// <summary>When the wait of a task ends by itself, in UTC ticks; null when it does not, or there is none.</summary>
    public static long? DueOf(RunState state, int task)
    {
        if (state.Waits.Of(task) is not { } wait)
        {
            return null;
        }

        var least = LimitOf(state, task);
        foreach (var branch in wait.Branches)
        {
            least = branch.Due is { } due && !(due >= least) ? due : least;
        }

        return least;
    }

    /// <summary>What a task waits for, in a sentence.</summary>
    public static string Reason(RunState state, int task)
    {
        var wait = state.Waits.Of(task)!;
        var branches = wait.Branches.Select(branch => branch.Signal is { } signal
            ? $"for signal '{signal}'"
            : $"until {new DateTimeOffset(branch.Due!.Value, TimeSpan.Zero).ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)}Z");
        var refused = wait.Branches.Where(branch => branch.Signal is not null).Select(branch => WhyNot(state, task, wait, branch)).OfType<string>().Take(3);
        return string.Join(' ', refused.Prepend($"The task waits {string.Join(" or ", branches)}."));
    }

    private static long? LimitOf(RunState state, int task)
        => state.Definition(task).Timeout is { } limit ? DueTimes.After(state.Task(task).At, limit) : null;

    // The oldest signal that ends the wait, by whichever branch.
    private static TaskSucceeded? OldestFor(RunState state, int task)
    {
        if (!IsServed(state, task) || state.Waits.Of(task) is not { } wait)
        {
            return null;
        }

        (int Place, AwaitedBranch Branch)? oldest = null;
        foreach (var branch in wait.Branches)
        {
            if (branch.Signal is not { } name)
            {
                continue;
            }

            foreach (var place in state.Signals.OpenOf(name))
            {
                if (place >= oldest?.Place)
                {
                    break;
                }

                if (Counts(state, task, wait, branch, place, out _))
                {
                    oldest = (place, branch);
                    break;
                }
            }
        }

        return oldest is { } found ? Succeeded(state, task, found.Branch, state.Signals.Received[found.Place].Payload, state.Signals.Received[found.Place].Id) : null;
    }

    // The wait that began first of those that the signal ends.
    private static TaskSucceeded? TakerOf(RunState state, int place)
    {
        var signal = state.Signals.Received[place];
        if (signal.Task is not null)
        {
            return null;
        }

        foreach (var task in state.Waits.For(signal.Name))
        {
            if (!IsServed(state, task))
            {
                continue;
            }

            var wait = state.Waits.Of(task)!;
            foreach (var branch in wait.Branches)
            {
                if (branch.Signal == signal.Name && Counts(state, task, wait, branch, place, out _))
                {
                    return Succeeded(state, task, branch, signal.Payload, signal.Id);
                }
            }
        }

        return null;
    }

    private static bool IsServed(RunState state, int task)
        => state.Stopping is null && state.Phase(state.PhaseOf(task)) is { Status: RunPhaseStatus.Running, Stopping: false };

    private static bool Counts(RunState state, int task, Wait wait, AwaitedBranch branch, int place, out string? error)
    {
        error = null;
        var definition = state.Definition(task).Wait!.Branches.First(each => each.Name == branch.Name);
        if (definition.Mode == SignalMode.Transient && place < wait.Received)
        {
            return false;
        }

        if (definition.Where is not { } where)
        {
            return true;
        }

        var result = where.Evaluate(new WaitScope(state.Scope.For(task), state.Signals.Received[place]));
        error = result.Error;
        return result.IsTrue;
    }

    private static string? WhyNot(RunState state, int task, Wait wait, AwaitedBranch branch)
    {
        foreach (var place in state.Signals.OpenOf(branch.Signal!))
        {
            if (!Counts(state, task, wait, branch, place, out var error) && error is not null)
            {
                return $"Signal '{branch.Signal}' ({state.Signals.Received[place].Id}) does not count: {error}";
            }
        }

        return null;
    }

    private static TaskSucceeded Succeeded(RunState state, int task, AwaitedBranch branch, JsonData value, string? signal) => new()
    {
        Task = state.Definition(task).Id,
        Item = state.ItemOf(task),
        Output = state.Definition(task).Wait!.IsChoice ? Choice(branch.Name, value) : value,
        Branch = branch.Name.Length > 0 ? branch.Name : null,
        Signal = signal,
    };

    private static JsonData Choice(string branch, JsonData value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("branch"u8, branch);
            writer.WritePropertyName("value"u8);
            writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
            writer.WriteEndObject();
        }

        return JsonData.Trusted(buffer.WrittenMemory);
    }

    private static DateTimeOffset TimeOf(RunState state, int task, TextTemplate template, out string? problem)
    {
        if (!TryRead(state, task, template, out var value, out problem))
        {
            return default;
        }

        if (value.ValueKind == JsonValueKind.String && HasOffset(value.GetString()!) && value.TryGetDateTimeOffset(out var time))
        {
            return time.ToUniversalTime();
        }

        problem = $"'{template.Text}' gives {Shown(value)}; expected a time with its offset, as in \"2026-03-01T09:00:00Z\".";
        return default;
    }

    // Without an offset the time would be that of the machine.
    private static bool HasOffset(string text) => text.Contains('T', StringComparison.Ordinal) && (text[^1] == 'Z' || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':'));

    private static string NameOf(RunState state, int task, TextTemplate template, out string? problem)
    {
        if (!TryRead(state, task, template, out var value, out problem))
        {
            return "";
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } name)
        {
            return name;
        }

        problem = $"'{template.Text}' gives {Shown(value)}; expected the name of a signal.";
        return "";
    }

    private static bool TryRead(RunState state, int task, TextTemplate template, out JsonElement value, out string? problem)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            if (!template.TryEvaluate(state.Scope.For(task), writer, out problem))
            {
                problem = $"'{template.Text}' can't be read: {problem}";
                value = default;
                return false;
            }
        }

        value = JsonData.Trusted(buffer.WrittenMemory).ToElement();
        return true;
    }

    private static string Shown(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 100 ? text : string.Concat(text.AsSpan(0, 100), "…");
    }
}
