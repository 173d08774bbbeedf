using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>The values that a fan-out makes: its output from those of its items, and an item from a task that has arrived.</summary>
internal static class FanOutOutput
{
    /// <summary>How long the output of a task may be that is made from those of its items.</summary>
    public const long MaxBytes = 1024L * 1024 * 1024;

    /// <summary>How long the output would be now.</summary>
    public static long LengthOf(FanOut fanOut) => 2 + Math.Max(0, fanOut.Count - 1) + fanOut.OutputBytes + (4L * (fanOut.Count - fanOut.Succeeded));

    /// <summary>Makes the task's output: the list of what the items made, in their order, with null for those that made nothing.</summary>
    /// <param name="state">The run.</param>
    /// <param name="fanOut">The items.</param>
    /// <param name="divides">Whether what the items made is a part of it from then on, so that it is there once.</param>
    public static JsonData Compose(RunState state, FanOut fanOut, bool divides)
    {
        var text = new byte[LengthOf(fanOut)];
        var at = 0;
        text[at++] = (byte)'[';
        for (var index = 0; index < fanOut.Count; index++)
        {
            if (index > 0)
            {
                text[at++] = (byte)',';
            }

            var item = fanOut[index];
            if (state.Task(item).Status != RunTaskStatus.Succeeded)
            {
                "null"u8.CopyTo(text.AsSpan(at));
                at += 4;
                continue;
            }

            ref var output = ref state.Output(item);
            output.Utf8.Span.CopyTo(text.AsSpan(at));
            var length = output.Length;
            if (divides)
            {
                output = JsonData.Trusted(text.AsMemory(at, length));
                state.Items.IsInOutput(item) = true;
            }

            at += length;
        }

        text[at] = (byte)']';
        return JsonData.Trusted(text);
    }

    /// <summary>Gives the items of a task their parts of its output back.</summary>
    public static void Divide(RunState state, FanOut fanOut)
    {
        try
        {
            var index = 0;
            foreach (var output in new FanOutList(state.Output(fanOut.Task)))
            {
                var item = fanOut[index++];
                if (state.Task(item).Status == RunTaskStatus.Succeeded && state.Output(item).IsNull)
                {
                    state.Output(item) = output;
                    state.Items.IsInOutput(item) = true;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            throw new InvalidDataException("The output of a task is not that of its items.", e);
        }
    }

    /// <summary>The outputs of the items that have succeeded so far, in their order, as a JSON list.</summary>
    public static JsonElement SoFar(RunState state, FanOut fanOut)
    {
        var buffer = new ArrayBufferWriter<byte>((int)Math.Min(int.MaxValue / 2, 2 + fanOut.OutputBytes + fanOut.Succeeded));
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            writer.WriteStartArray();
            for (var index = 0; index < fanOut.Count; index++)
            {
                if (state.Task(fanOut[index]).Status == RunTaskStatus.Succeeded)
                {
                    writer.WriteRawValue(state.Output(fanOut[index]).Utf8.Span, skipInputValidation: true);
                }
            }

            writer.WriteEndArray();
        }

        return JsonData.Trusted(buffer.WrittenMemory).ToElement();
    }

    /// <summary>How many items there are and how far they are, as expressions see it.</summary>
    public static JsonElement Counts(FanOut? fanOut)
    {
        var buffer = new ArrayBufferWriter<byte>(96);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("count"u8, fanOut?.Count ?? 0);
            writer.WriteNumber("ended"u8, fanOut?.Ended ?? 0);
            writer.WriteNumber("succeeded"u8, fanOut?.Succeeded ?? 0);
            writer.WriteNumber("failed"u8, fanOut?.Failed ?? 0);
            writer.WriteBoolean("sealed"u8, fanOut?.IsSealed ?? false);
            writer.WriteEndObject();
        }

        return JsonData.Trusted(buffer.WrittenMemory).ToElement();
    }

    /// <summary>The item that a task becomes which has arrived at a join.</summary>
    public static JsonData OfSource(string id, JsonData output)
    {
        var buffer = new ArrayBufferWriter<byte>(32 + id.Length + output.Length);
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("task"u8, id);
            writer.WritePropertyName("output"u8);
            writer.WriteRawValue(output.Utf8.Span, skipInputValidation: true);
            writer.WriteEndObject();
        }

        return JsonData.Trusted(buffer.WrittenMemory);
    }
}
