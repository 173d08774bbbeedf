using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>The part of <see cref="RunStateCodec"/> that is about turns and canceled tasks.</summary>
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

        state.TurnEnded = (reader.Count(), reader.LongCount());
    }

    private static int Known(RunState state, int task) => state.Has(task) ? task : throw new InvalidDataException($"There is no task {task}.");
}
