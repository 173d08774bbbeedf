using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>How a wait begins: what it waits for is read from the plan once, and settled with its first fact.</summary>
internal static class WaitTerms
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
