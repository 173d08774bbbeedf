namespace OrchestrationEngine.Runs;

/// <summary>The part of <see cref="RunStateCodec"/> that is about waits and runs that do tasks.</summary>
internal static class WaitCodec
{
    public static void Write(RunState state, StateWriter writer)
    {
        writer.Count(state.Waits.Count);
        foreach (var (task, wait) in state.Waits.All.OrderBy(static entry => entry.Value.Number))
        {
            writer.Count(task);
            writer.Count(wait.Number);
            writer.Count(wait.Received);
            writer.Count(wait.Branches.Length);
            foreach (var branch in wait.Branches)
            {
                writer.Text(branch.Name);
                writer.Text(branch.Signal);
                if (branch.Due is { } due)
                {
                    writer.Ticks(due);
                }
            }
        }

        writer.Count(state.ChildrenOut);
        writer.Count(state.Children.Count);
        foreach (var (task, child) in state.Children.OrderBy(static entry => entry.Key))
        {
            writer.Count(task);
            writer.Text(child.Value);
        }

        writer.Bytes(state.RunOutput.Utf8.Span);
    }

    public static void Read(RunState state, ref StateReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            var (task, number, received) = (Known(state, reader.Count()), reader.LongCount(), reader.Count());
            var branches = new List<AwaitedBranch>();
            for (var count = reader.Count(); count > 0; count--)
            {
                var (name, signal) = (reader.RequiredText(), reader.Text());
                branches.Add(new AwaitedBranch(name, signal is null ? reader.Ticks() : null, signal));
            }

            Require(state.Waits.Of(task) is null, "a task waits twice");
            state.Waits.Add(task, new Wait(number, received, [.. branches]));
        }

        state.ChildrenOut = reader.Count();
        for (var left = reader.Count(); left > 0; left--)
        {
            var (task, child) = (Known(state, reader.Count()), reader.RequiredText());
            try
            {
                state.Children[task] = new RunId(child);
            }
            catch (ArgumentException e)
            {
                throw new InvalidDataException(e.Message, e);
            }
        }

        var output = Plans.JsonData.Trusted(reader.Bytes());
        state.RunOutput = output.IsNull ? default : output;
    }

    /// <summary>What is awaited is looked at, and when it comes by its time.</summary>
    public static void LookAtAll(RunState state)
    {
        foreach (var (task, wait) in state.Waits.All)
        {
            state.Agenda.LookAtWait(task, wait.Number);
            if (state.DueOf(DueKind.Wait, task) is { } due)
            {
                state.Agenda.Due.Add(DueKind.Wait, task, due);
            }
        }
    }

    public static long EstimatedBytes(RunState state)
        => state.RunOutput.Length
            + state.Children.Values.Sum(static child => 8L + (2 * child.Value.Length))
            + state.Waits.All.Sum(static entry => 24L + entry.Value.Branches.Sum(static branch => 12L + (2 * branch.Name.Length) + (2 * (branch.Signal?.Length ?? 0))));

    private static int Known(RunState state, int task) => state.Has(task) ? task : throw new InvalidDataException($"There is no task {task}.");

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new InvalidDataException(problem + ".");
        }
    }
}
