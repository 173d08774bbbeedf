using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>Tasks that wait for a time or a signal: what ends the wait.</summary>
/// <remarks>
/// Signals are consumed once and in the order in which they came; waits are served in the order in which they began. Both orders are the same for all,
/// so it makes no difference whether it is a signal or a wait that is looked at: there is one way in which they can be brought together.
/// </remarks>
internal static class WaitRules
{
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
    public static void Due(RunState state, int task, List<RunEvent> facts)
    {
        var definition = state.Definition(task);
        var wait = state.Waits.Of(task)!;
        AwaitedBranch? first = null;
        foreach (var branch in wait.Branches)
        {
            first = branch.Due is { } due && !(due >= first?.Due) ? branch : first;
        }

        if (first is { } reached && !(reached.Due > LimitOf(state, task)))
        {
            Succeed(state, task, reached, null, facts.Add);
        }
        else
        {
            var reason = $"The task waited longer than its limit of {definition.Timeout!.Value.ToString("g", CultureInfo.InvariantCulture)}.";
            facts.Add(new TaskFailed { Task = definition.Id, Item = state.ItemOf(task), Failure = Failure.Of(FailureClass.Timeout, reason) });
        }
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
    private static RunEvent? OldestFor(RunState state, int task)
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

        return oldest is { } found ? Succeed(state, task, found.Branch, state.Signals.Received[found.Place]) : null;
    }

    // The wait that began first of those that the signal ends.
    private static RunEvent? TakerOf(RunState state, int place)
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
                    return Succeed(state, task, branch, signal);
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

    // The first of the facts; the others are decided with it.
    private static RunEvent Succeed(RunState state, int task, AwaitedBranch branch, RunSignal signal)
    {
        RunEvent? first = null;
        Succeed(state, task, branch, signal, fact =>
        {
            if (first is null)
            {
                first = fact;
            }
            else
            {
                state.Agenda.Decided.Enqueue(fact);
            }
        });
        return first!;
    }

    private static void Succeed(RunState state, int task, AwaitedBranch branch, RunSignal? signal, Action<RunEvent> facts)
    {
        var value = signal?.Payload ?? default;
        var made = new TaskSucceeded
        {
            Task = state.Definition(task).Id,
            Item = state.ItemOf(task),
            Output = state.Definition(task).Wait!.IsChoice ? Choice(branch.Name, value) : value,
            Branch = branch.Name.Length > 0 ? branch.Name : null,
            Signal = signal?.Id,
        };
        if (task >= ItemTable.First)
        {
            // Turns are of the task as a whole.
            facts(made);
            return;
        }

        LoopRules.Succeed(state, task, made.Output, again => again ? made with { Again = true } : made, facts);
    }

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
}
