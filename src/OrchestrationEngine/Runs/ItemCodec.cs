using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// The part of <see cref="RunStateCodec"/> that is about the items of tasks. What can be counted again is not kept, nor is what an item made where its
/// task's output has it. Items keep their numbers.
/// </summary>
internal static class ItemCodec
{
    private const int Expanded = 0x01;
    private const int Sealed = 0x02;
    private const int HoldsPhase = 0x04;
    private const int IsCompleting = 0x08;
    private const int Fails = 0x10;
    private const int Composed = 0x20;

    public static void Write(RunState state, StateWriter writer)
    {
        var fanOuts = state.Items.FanOuts.Values.OrderBy(fanOut => fanOut.Task).ToList();
        writer.Count(fanOuts.Count);
        foreach (var fanOut in fanOuts)
        {
            Write(state, fanOut, writer);
        }

        // Runs of numbers that follow one another and are of one task: so many forgotten before it, the task, so many of it.
        var (next, at) = (0, 0L);
        foreach (var first in state.Items.Numbers)
        {
            var number = first - ItemTable.First;
            if (number < next)
            {
                continue;
            }

            var (task, length) = (state.Items.TaskOf(first), 1);
            while (state.Items.Has(first + length) && state.Items.TaskOf(first + length) == task)
            {
                length++;
            }

            writer.Count(length);
            writer.Count(number - next);
            writer.Count(task);
            for (var item = first; item < first + length; item++)
            {
                at = WriteItem(state, item, at, writer);
            }

            next = number + length;
        }

        writer.Count(0);
        writer.Count(state.Items.Count - next);
    }

    public static void Read(RunState state, ref StateReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            ReadFanOut(state, ref reader);
        }

        var at = 0L;
        for (var length = reader.Count(); length > 0; length = reader.Count())
        {
            state.Items.Skip(reader.Count());
            var fanOut = state.Items.Find(reader.Below(state.Tasks.Length)) ?? throw new InvalidDataException("An item is of a task that has none.");
            for (; length > 0; length--)
            {
                at = ReadItem(state, fanOut, at, ref reader);
            }
        }

        state.Items.Skip(reader.Count());
        foreach (var fanOut in state.Items.FanOuts.Values)
        {
            Count(state, fanOut);
        }
    }

    private static void Write(RunState state, FanOut fanOut, StateWriter writer)
    {
        writer.Count(fanOut.Task);
        writer.Byte((byte)((fanOut.IsExpanded ? Expanded : 0)
            | (fanOut.IsSealed ? Sealed : 0)
            | (fanOut.HoldsPhase ? HoldsPhase : 0)
            | (fanOut.Completing is null ? 0 : IsCompleting)
            | (fanOut.Completing?.Failure is null ? 0 : Fails)
            | (fanOut.IsComposed ? Composed : 0)));
        writer.Count(fanOut.AttemptsBefore);
        writer.Number(fanOut.FirstFailed);
        writer.Count(fanOut.CompletingSince);
        if (fanOut.Completing is { } completing)
        {
            writer.Text(completing.Reason);
            if (completing.Failure is { } failure)
            {
                writer.Byte((byte)failure.Class);
                writer.Text(failure.Message);
            }
        }

        writer.Count(fanOut.Arrived.Count);
        foreach (var source in fanOut.Arrived)
        {
            writer.Count(source);
        }

        writer.Count(fanOut.Taken);
        writer.Count(fanOut.Additions.Count);
        foreach (var id in fanOut.Additions.Order(StringComparer.Ordinal))
        {
            writer.Text(id);
        }
    }

    private static void ReadFanOut(RunState state, ref StateReader reader)
    {
        var fanOut = state.Items.Open(reader.Below(state.Tasks.Length));
        var bits = reader.Byte();
        fanOut.IsExpanded = (bits & Expanded) != 0;
        fanOut.IsSealed = (bits & Sealed) != 0;
        fanOut.HoldsPhase = (bits & HoldsPhase) != 0;
        fanOut.IsComposed = (bits & Composed) != 0;
        fanOut.AttemptsBefore = reader.Count();
        fanOut.FirstFailed = (int)Math.Clamp(reader.Number(), -1, FanOut.MaxItems);
        fanOut.CompletingSince = reader.LongCount();
        if ((bits & IsCompleting) != 0)
        {
            var reason = reader.RequiredText();
            fanOut.Completing = new TaskCompleting { Task = state.Definition(fanOut.Task).Id, Reason = reason, Failure = (bits & Fails) == 0 ? null : RunStateCodec.ReadFailure(ref reader) };
        }

        for (var left = reader.Count(); left > 0; left--)
        {
            fanOut.Arrived.Add(reader.Below(state.Tasks.Length));
        }

        fanOut.Taken = reader.Below(fanOut.Arrived.Count + 1);
        for (var left = reader.Count(); left > 0; left--)
        {
            fanOut.Additions.Add(reader.RequiredText());
        }
    }

    private static long WriteItem(RunState state, int item, long at, StateWriter writer)
    {
        ref readonly var slot = ref state.Task(item);
        var isTouched = slot.Attempt > state.Items.FanOutOf(item).AttemptsBefore || slot.Status != RunTaskStatus.Pending;
        writer.Byte(isTouched ? (byte)1 : (byte)0);
        writer.Bytes(state.Items.Value(item).Utf8.Span);
        if (!isTouched)
        {
            writer.Count(slot.Generation);
            return at;
        }

        SlotCodec.WriteTask(state, item, at, writer, withOutput: !state.Items.IsInOutput(item));
        return slot.At;
    }

    private static long ReadItem(RunState state, FanOut fanOut, long at, ref StateReader reader)
    {
        var isTouched = reader.Below(2) == 1;
        var item = state.Items.Add(fanOut, generation: 1, JsonData.Trusted(reader.Bytes()));
        if (isTouched)
        {
            return SlotCodec.ReadTask(state, item, at, ref reader);
        }

        state.Task(item).Generation = reader.Count();
        return at;
    }

    private static void Count(RunState state, FanOut fanOut)
    {
        if (fanOut.IsComposed)
        {
            FanOutOutput.Divide(state, fanOut);
        }

        if (fanOut.FirstFailed >= fanOut.Count)
        {
            throw new InvalidDataException("An item that failed is not there.");
        }

        for (var index = 0; index < fanOut.Count; index++)
        {
            fanOut.Note(state.Task(fanOut[index]).Status, state.Output(fanOut[index]).Length);
        }
    }
}
