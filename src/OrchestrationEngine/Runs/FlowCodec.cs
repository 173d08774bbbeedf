using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>The part of <see cref="RunStateCodec"/> that is about turns, canceled tasks and milestones.</summary>
internal static class FlowCodec
{
    public static void Write(RunState state, StateWriter writer)
    {
        writer.Count(state.Canceling.Count);
        foreach (var (task, reason) in state.Canceling.OrderBy(pair => pair.Key))
        {
            writer.Count(task);
            writer.Text(reason);
        }

        writer.Count(state.Loops.Tasks.Count);
        foreach (var (task, loop) in state.Loops.Tasks)
        {
            writer.Count(task);
            writer.Count(loop.Turn);
            writer.Count(loop.Outputs.Count);
            foreach (var output in loop.Outputs)
            {
                writer.Bytes(output.Utf8.Span);
            }
        }

        writer.Count(state.GuardDues.Count);
        foreach (var (task, due) in state.GuardDues.OrderBy(pair => pair.Key))
        {
            writer.Count(task);
            writer.Count(due);
        }

        writer.Count(state.TurnEnded.Task);
        writer.Count(state.TurnEnded.Version);
    }

    public static void Read(RunState state, ref StateReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            var task = Known(state, reader.Count());
            state.Canceling[task] = reader.RequiredText();
            state.Task(task).Canceling = true;
        }

        for (var left = reader.Count(); left > 0; left--)
        {
            var (task, turn) = (Known(state, reader.Count()), reader.Count());
            var outputs = new List<JsonData>();
            for (var count = reader.Count(); count > 0; count--)
            {
                outputs.Add(JsonData.Trusted(reader.Bytes()));
            }

            state.Loops.Restore(task, turn, outputs);
        }

        for (var left = reader.Count(); left > 0; left--)
        {
            state.GuardDues[Known(state, reader.Count())] = reader.LongCount();
        }

        state.TurnEnded = (reader.Count(), reader.LongCount());
        TakeLocks(state);
    }

    /// <summary>Gives the locks to those who hold them: what has started and not ended.</summary>
    public static void TakeLocks(RunState state)
    {
        if (state.Locks is not { } locks)
        {
            return;
        }

        for (var phase = 0; phase < state.Phases.Length; phase++)
        {
            if (state.Phase(phase).Status is RunPhaseStatus.Running or RunPhaseStatus.AwaitingGate)
            {
                locks.Take(RunLocks.OfPhase(phase));
            }
        }

        for (var task = 0; task < state.Tasks.Length; task++)
        {
            var status = state.Task(task).Status;
            if (status is RunTaskStatus.Running or RunTaskStatus.Waiting or RunTaskStatus.Retrying || (status == RunTaskStatus.Pending && state.TurnOf(task) > 1))
            {
                locks.Take(task);
            }
        }
    }

    private static int Known(RunState state, int task) => state.Has(task) ? task : throw new InvalidDataException($"There is no task {task}.");
}
