using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// The part of <see cref="RunStateCodec"/> that is about phases and tasks. Tasks that are as they were at the beginning are left out, so that a state
/// is as large as what has happened and not as the plan.
/// </summary>
internal static class SlotCodec
{
    private const int StatusBits = 0x0F;
    private const int Out = 0x10;
    private const int Stopping = 0x20;
    private const int HasOutput = 0x40;
    private const int OutcomeUnknown = 0x80;

    public static void WritePhases(RunState state, StateWriter writer)
    {
        for (var phase = 0; phase < state.Phases.Length; phase++)
        {
            ref readonly var slot = ref state.Phase(phase);
            writer.Byte((byte)((int)slot.Status | (slot.Stopping ? Stopping : 0)));
            writer.Count(slot.Remaining);
            writer.Count(slot.Broken);
            writer.Count(slot.Open);
            writer.Count(slot.Out);
            writer.Count(slot.Failed);
            writer.Count(slot.Generation);
            writer.Count(slot.Turn);
            writer.Count(slot.At);
            writer.Count(slot.TurnDue);
            writer.Text(slot.Reason);
        }
    }

    public static void ReadPhases(RunState state, ref StateReader reader)
    {
        for (var phase = 0; phase < state.Phases.Length; phase++)
        {
            ref var slot = ref state.Phase(phase);
            var bits = reader.Byte();
            slot.Status = (RunPhaseStatus)Within(bits & StatusBits, (int)RunPhaseStatus.Canceled);
            slot.Stopping = (bits & Stopping) != 0;
            slot.Remaining = reader.Count();
            slot.Broken = reader.Count();
            slot.Open = reader.Count();
            slot.Out = reader.Count();
            slot.Failed = reader.Count();
            slot.Generation = reader.Count();
            slot.Turn = reader.Count();
            slot.At = reader.LongCount();
            slot.TurnDue = reader.LongCount();
            slot.Held = slot.TurnDue > 0;
            slot.Reason = reader.Text();
        }
    }

    public static void WriteTasks(RunState state, StateWriter writer)
    {
        var (next, at) = (0, 0L);
        for (var task = 0; task < state.Tasks.Length; task++)
        {
            if (!IsUntouched(state, task))
            {
                writer.Count(task - next);
                WriteTask(state, task, at, writer);
                (next, at) = (task + 1, state.Task(task).At);
            }
        }

        // Beyond the last task: the end.
        writer.Count(state.Tasks.Length - next);
    }

    public static void ReadTasks(RunState state, ref StateReader reader)
    {
        var (task, at) = (0, 0L);
        while (true)
        {
            var gap = reader.Count();
            if (gap >= state.Tasks.Length - task)
            {
                break;
            }

            task += gap;
            at = ReadTask(state, task, at, ref reader);
            task++;
        }
    }

    /// <summary>Writes where a task, or an item of one, stands.</summary>
    public static void WriteTask(RunState state, int task, long at, StateWriter writer, bool withOutput = true)
    {
        ref readonly var slot = ref state.Task(task);
        var output = withOutput ? state.Output(task) : default;
        writer.Byte((byte)((int)slot.Status
            | (slot.AttemptOut ? Out : 0)
            | (slot.AttemptStopping ? Stopping : 0)
            | (output.IsNull ? 0 : HasOutput)
            | (slot.OutcomeUnknown ? OutcomeUnknown : 0)));
        writer.Count(slot.JoinsOpen);
        writer.Count(slot.OrdersOpen);
        writer.Count(slot.Unmet);
        writer.Count(slot.Attempt);
        writer.Count(slot.Failures);
        writer.Count(slot.Generation);

        // Neighbours often start at about the same time.
        writer.Number(slot.At - at);
        if (!output.IsNull)
        {
            writer.Bytes(output.Utf8.Span);
        }
    }

    /// <summary>Reads where a task, or an item of one, stands.</summary>
    public static long ReadTask(RunState state, int task, long at, ref StateReader reader)
    {
        ref var slot = ref state.Task(task);
        var bits = reader.Byte();
        slot.Status = (RunTaskStatus)Within(bits & StatusBits, (int)RunTaskStatus.Compensated);
        slot.AttemptOut = (bits & Out) != 0;
        slot.AttemptStopping = (bits & Stopping) != 0;
        slot.OutcomeUnknown = (bits & OutcomeUnknown) != 0;
        slot.JoinsOpen = reader.Count();
        slot.OrdersOpen = reader.Count();
        slot.Unmet = reader.Count();
        slot.Attempt = reader.Count();
        slot.Failures = reader.Count();
        slot.Generation = reader.Count();
        slot.At = unchecked(at + reader.Number());
        if ((bits & HasOutput) != 0)
        {
            state.Output(task) = JsonData.Trusted(reader.Bytes());
        }

        return slot.At;
    }

    /// <summary>Writes the queue of ready tasks in the order of their age, which is no fact but decides among equals who starts first.</summary>
    public static void WriteReady(RunState state, StateWriter writer)
    {
        var ready = state.Agenda.ReadyTasks(state).OrderBy(task => state.Task(task).Ticket).ToList();
        writer.Count(ready.Count);
        var before = 0;
        foreach (var task in ready)
        {
            // The items of a list stand one after the other.
            writer.Number(task - before);
            before = task;
        }
    }

    public static void ReadReady(RunState state, ref StateReader reader)
    {
        var task = 0L;
        for (var left = reader.Count(); left > 0; left--)
        {
            task = unchecked(task + reader.Number());
            state.Agenda.AddReady(state, Known(state, task));
        }
    }

    public static void WriteLost(RunState state, StateWriter writer)
    {
        writer.Count(state.LostAttempts.Count);
        foreach (var (task, lost) in state.LostAttempts.OrderBy(pair => pair.Key))
        {
            writer.Count(task);
            writer.Count(lost.Count);
            foreach (var attempt in lost)
            {
                writer.Count(attempt.Attempt);
                writer.Ticks(attempt.At);
                writer.Byte(attempt.Stopping ? (byte)1 : (byte)0);
            }
        }
    }

    public static void ReadLost(RunState state, ref StateReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            var lost = state.LostAttempts[Known(state, reader.LongCount())] = [];
            for (var attempts = reader.Count(); attempts > 0; attempts--)
            {
                lost.Add(new LostAttempt(reader.Count(), reader.Ticks(), reader.Byte() != 0));
            }
        }
    }

    /// <summary>A number that is a task's or an item's.</summary>
    public static int Known(RunState state, long number)
        => number is >= 0 and <= int.MaxValue && state.Has((int)number) ? (int)number : throw new InvalidDataException($"There is no task or item {number}.");

    private static bool IsUntouched(RunState state, int task)
        => state.Task(task) is { Status: RunTaskStatus.Pending, Attempt: 0, Generation: 1, Unmet: 0, At: 0 } slot
            && slot.JoinsOpen == state.Graph.JoinDependencies(task).Length
            && slot.OrdersOpen == state.Graph.OrderDependencies(task).Length
            && state.Output(task).IsNull;

    private static int Within(int value, int last) => value <= last ? value : throw new InvalidDataException($"A state is {value}; expected at most {last}.");
}
