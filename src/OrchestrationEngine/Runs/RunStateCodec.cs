using System.Security.Cryptography;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// The state of a run as bytes, so that its journal need not be folded from the beginning. The plan is in them only where it is not that of the
/// first fact any more; the inputs and the time of creation are there. A cache: bytes that can't be used are as good as none.
/// </summary>
internal static class RunStateCodec
{
    /// <summary>
    /// The version of the form <em>and</em> of the fold whose result it holds: to be raised with every change of either, so that a state that another
    /// fold made is not taken for this one's.
    /// </summary>
    public const int Format = 5;

    /// <summary>The most bytes that are worth keeping: what the stores take as one value, with room to spare.</summary>
    public const long MaxBytes = 512L * 1024 * 1024;

    private const int ChecksumBytes = SHA256.HashSizeInBytes;

    /// <summary>Writes a state, as it is between two steps.</summary>
    /// <returns>The bytes, or null when they would be more than <see cref="MaxBytes"/>.</returns>
    public static ReadOnlyMemory<byte>? Encode(RunState state)
    {
        var size = EstimatedBytes(state);
        if (size > MaxBytes)
        {
            return null;
        }

        var writer = new StateWriter((int)size);
        for (var i = 0; i < ChecksumBytes; i++)
        {
            writer.Byte(0);
        }

        writer.Count(Format);
        writer.Text(state.Id.Value);
        writer.Count(state.Version);
        writer.Ticks(state.CreatedAt.UtcTicks);
        WritePlan(state, writer);
        writer.Count(state.Tasks.Length);
        writer.Count(state.Phases.Length);
        WriteHeader(state, writer);
        SlotCodec.WritePhases(state, writer);
        SlotCodec.WriteTasks(state, writer);
        ItemCodec.Write(state, writer);
        SlotCodec.WriteReady(state, writer);
        WriteFailures(state, writer);
        SlotCodec.WriteLost(state, writer);
        FlowCodec.Write(state, writer);
        WaitCodec.Write(state, writer);
        HandoffCodec.Write(state, writer);
        WriteSignals(state, writer);
        DocumentCodec.Write(state, writer);
        ArtifactCodec.Write(state, writer);
        var written = writer.Written;
        SHA256.HashData(written.Span[ChecksumBytes..], written.Span);
        return written;
    }

    /// <summary>Reads a state. The memory is kept: outputs are parts of it.</summary>
    /// <param name="run">The run whose state it should be.</param>
    /// <param name="first">The first fact of its journal.</param>
    /// <param name="graph">The compiled form of its plan.</param>
    /// <param name="gracePeriod">As for <see cref="RunFold.Begin"/>.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="problem">Why they can't be used, or null.</param>
    /// <returns>The state, or null.</returns>
    public static RunState? Decode(RunId run, RecordedEvent first, PlanGraph graph, TimeSpan gracePeriod, ReadOnlyMemory<byte> content, out string? problem)
    {
        problem = null;
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        if (content.Length < ChecksumBytes || SHA256.HashData(content.Span[ChecksumBytes..], checksum) != ChecksumBytes || !content.Span.StartsWith(checksum))
        {
            problem = "It is damaged: its checksum is wrong.";
            return null;
        }

        try
        {
            return Read(run, first, graph, gracePeriod, new StateReader(content[ChecksumBytes..]));
        }
        catch (Exception e) when (e is InvalidDataException or PlanInvalidException or Graphs.CyclicGraphException)
        {
            problem = "It can't be understood: " + e.Message;
            return null;
        }
    }

    private static RunState Read(RunId run, RecordedEvent first, PlanGraph graph, TimeSpan gracePeriod, StateReader reader)
    {
        Require(reader.Count() == Format, "it has another format");
        Require(reader.Text() == run.Value, "it is another run's");
        var version = reader.LongCount();
        Require(reader.Ticks() == first.Timestamp.UtcTicks, "it is of a run that was created at another time");
        var state = Begin(run, first, graph, gracePeriod, ref reader);
        state.Version = version;
        Require(reader.Count() == state.Tasks.Length && reader.Count() == state.Phases.Length, "it is of another plan");
        ReadHeader(state, ref reader);
        SlotCodec.ReadPhases(state, ref reader);
        SlotCodec.ReadTasks(state, ref reader);
        ItemCodec.Read(state, ref reader);
        SlotCodec.ReadReady(state, ref reader);
        ReadFailures(state, ref reader);
        SlotCodec.ReadLost(state, ref reader);
        FlowCodec.Read(state, ref reader);
        WaitCodec.Read(state, ref reader);
        HandoffCodec.Read(state, ref reader);
        ReadSignals(state, ref reader);
        DocumentCodec.Read(state, ref reader);
        ArtifactCodec.Read(state, ref reader);
        Require(reader.AtEnd, "it goes on after its end");
        LookAtAll(state);
        return state;
    }

    private static void WritePlan(RunState state, StateWriter writer)
    {
        writer.Byte(state.IsPlanChanged ? (byte)1 : (byte)0);
        if (state.IsPlanChanged)
        {
            writer.Bytes(PlanJson.Write(state.Graph.Plan));
            writer.Bytes(state.Inputs.Utf8.Span);
        }
    }

    private static RunState Begin(RunId run, RecordedEvent first, PlanGraph graph, TimeSpan gracePeriod, ref StateReader reader)
    {
        if (reader.Byte() == 0)
        {
            return RunFold.Begin(run, first, graph, gracePeriod);
        }

        var plan = PlanJson.Read(reader.Bytes(), PlanReadOptions.Stored);
        var state = RunFold.Begin(run, first, PlanGraph.Compile(plan), gracePeriod, isPlanChanged: true);
        state.Inputs = JsonData.Trusted(reader.Bytes());
        return state;
    }

    private static void WriteHeader(RunState state, StateWriter writer)
    {
        writer.Ticks(state.UpdatedAt.UtcTicks);
        writer.Byte((byte)state.Status);
        writer.Text(state.Reason);
        writer.Text(state.Stopping?.Reason);
        if (state.Stopping is { } stopping)
        {
            writer.Byte((byte)stopping.Outcome);
        }

        writer.Ticks(state.StoppingSince);
        writer.Count(state.OpenPhases);
        writer.Count(state.FailedPhases);
        writer.Count(state.AttemptsOut);
    }

    private static void ReadHeader(RunState state, ref StateReader reader)
    {
        state.UpdatedAt = new DateTimeOffset(reader.Ticks(), TimeSpan.Zero);
        state.Status = (RunStatus)reader.Below((int)RunStatus.Canceled + 1);
        state.Reason = reader.Text();
        state.Stopping = reader.Text() is { } reason
            ? new RunStopping { Reason = reason, Outcome = (RunStatus)reader.Below((int)RunStatus.Canceled + 1) }
            : null;
        state.StoppingSince = reader.Ticks();
        state.OpenPhases = reader.Count();
        state.FailedPhases = reader.Count();
        state.AttemptsOut = reader.Count();
    }

    private static void WriteFailures(RunState state, StateWriter writer)
    {
        writer.Count(state.Failures.Count);
        foreach (var (task, failure) in state.Failures.OrderBy(pair => pair.Key))
        {
            writer.Count(task);
            writer.Byte((byte)failure.Class);
            writer.Text(failure.Message);
        }
    }

    private static void ReadFailures(RunState state, ref StateReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            var task = SlotCodec.Known(state, reader.LongCount());
            state.Failures[task] = ReadFailure(ref reader);
        }
    }

    /// <summary>Reads why something failed.</summary>
    public static Failure ReadFailure(ref StateReader reader)
    {
        var kind = (FailureClass)reader.Byte();
        Require(Enum.IsDefined(kind), "a failure is of an unknown kind");
        return new Failure(kind, reader.RequiredText());
    }

    private static void WriteSignals(RunState state, StateWriter writer)
    {
        writer.Count(state.Signals.Received.Count);
        foreach (var signal in state.Signals.Received)
        {
            writer.Text(signal.Id);
            writer.Text(signal.Name);
            writer.Bytes(signal.Payload.Utf8.Span);
            writer.Ticks(signal.ReceivedAt.UtcTicks);
            writer.Text(signal.Task);
        }
    }

    private static void ReadSignals(RunState state, ref StateReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            var (id, name, payload) = (reader.RequiredText(), reader.RequiredText(), JsonData.Trusted(reader.Bytes()));
            Require(!state.Signals.Contains(id), "it has a signal twice");
            state.Signals.Add(new RunSignal(id, name, payload, new DateTimeOffset(reader.Ticks(), TimeSpan.Zero)) { Task = reader.Text() });
        }
    }

    // The agenda holds hints, and one too many does no harm: whoever takes it asks the state.
    public static void LookAtAll(RunState state)
    {
        for (var phase = 0; phase < state.Phases.Length; phase++)
        {
            state.Agenda.LookAtPhase(phase);
            Await(state, DueKind.PhaseTimeout, phase);
            Await(state, DueKind.PhaseForce, phase);
            Await(state, DueKind.PhaseTurn, phase);
        }

        foreach (var fanOut in state.Items.FanOuts.Values)
        {
            state.Agenda.LookAtFanOut(fanOut);
            Await(state, DueKind.ItemsForce, fanOut.Task);
        }

        foreach (var task in state.Numbers)
        {
            if (task < ItemTable.First && (state.Graph.HasFlow(task) ? Admission.IsAwaited(state, task) : state.NeedsJoinDecision(task)))
            {
                state.Agenda.LookAtJoin(task);
            }

            Await(state, DueKind.AttemptTimeout, task);
            Await(state, DueKind.AttemptForce, task);
            Await(state, DueKind.Retry, task);
            Await(state, DueKind.Guard, task);
        }

        Await(state, DueKind.RunForce, 0);
        WaitCodec.LookAtAll(state);
    }

    private static void Await(RunState state, DueKind kind, int index)
    {
        if (state.DueOf(kind, index) is { } due)
        {
            state.Agenda.Due.Add(kind, index, due);
        }
    }

    private static long EstimatedBytes(RunState state)
    {
        var bytes = 1024L + (state.Phases.Length * 16L) + WaitCodec.EstimatedBytes(state) + HandoffCodec.EstimatedBytes(state) + DocumentCodec.EstimatedBytes(state) + ArtifactCodec.EstimatedBytes(state);
        for (var task = 0; task < state.Tasks.Length; task++)
        {
            bytes += state.Task(task).Attempt > 0 || !state.Output(task).IsNull ? 16 + state.Output(task).Length : 1;
        }

        foreach (var item in state.Items.Numbers)
        {
            bytes += 4 + state.Items.Value(item).Length + (state.Task(item).Attempt == 0 ? 0 : 16 + (state.Items.IsInOutput(item) ? 0 : state.Output(item).Length));
        }

        foreach (var failure in state.Failures.Values)
        {
            bytes += 16 + (2L * failure.Message.Length);
        }

        foreach (var signal in state.Signals.Received)
        {
            bytes += 32 + (2L * (signal.Id.Length + signal.Name.Length)) + signal.Payload.Length;
        }

        return bytes;
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new InvalidDataException(problem + ".");
        }
    }
}
