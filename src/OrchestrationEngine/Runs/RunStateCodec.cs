using System.Security.Cryptography;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// The state of a run as bytes, so that its journal need not be folded from the beginning. Nothing of the plan is in them: that, the inputs
/// and the time of creation are in the first fact. A cache: bytes that can't be used are as good as none.
/// </summary>
internal static class RunStateCodec
{
    /// <summary>
    /// The version of the form <em>and</em> of the fold whose result it holds: to be raised with every change of either, so that a state that another
    /// fold made is not taken for this one's.
    /// </summary>
    public const int Format = 3;

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
        writer.Count(state.Tasks.Length);
        writer.Count(state.Phases.Length);
        WriteHeader(state, writer);
        SlotCodec.WritePhases(state, writer);
        SlotCodec.WriteTasks(state, writer);
        WriteFailures(state, writer);
        SlotCodec.WriteLost(state, writer);
        FlowCodec.Write(state, writer);
        WriteSignals(state, writer);
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

        var state = RunFold.Begin(run, first, graph, gracePeriod);
        try
        {
            Read(state, new StateReader(content[ChecksumBytes..]));
            return state;
        }
        catch (InvalidDataException e)
        {
            problem = "It can't be understood: " + e.Message;
            return null;
        }
    }

    private static void Read(RunState state, StateReader reader)
    {
        Require(reader.Count() == Format, "it has another format");
        Require(reader.Text() == state.Id.Value, "it is another run's");
        state.Version = reader.LongCount();
        Require(reader.Ticks() == state.CreatedAt.UtcTicks, "it is of a run that was created at another time");
        Require(reader.Count() == state.Tasks.Length && reader.Count() == state.Phases.Length, "it is of another plan");
        ReadHeader(state, ref reader);
        SlotCodec.ReadPhases(state, ref reader);
        SlotCodec.ReadTasks(state, ref reader);
        ReadFailures(state, ref reader);
        SlotCodec.ReadLost(state, ref reader);
        FlowCodec.Read(state, ref reader);
        ReadSignals(state, ref reader);
        Require(reader.AtEnd, "it goes on after its end");
        LookAtAll(state);
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
            var task = reader.Below(state.Tasks.Length);
            var kind = (FailureClass)reader.Byte();
            Require(Enum.IsDefined(kind), "a failure is of an unknown kind");
            state.Failures[task] = new Failure(kind, reader.RequiredText());
        }
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
        }
    }

    private static void ReadSignals(RunState state, ref StateReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            var (id, name, payload) = (reader.RequiredText(), reader.RequiredText(), JsonData.Trusted(reader.Bytes()));
            Require(!state.Signals.Contains(id), "it has a signal twice");
            state.Signals.Add(new RunSignal(id, name, payload, new DateTimeOffset(reader.Ticks(), TimeSpan.Zero)));
        }
    }

    // The agenda holds hints, and one too many does no harm: whoever takes it asks the state.
    private static void LookAtAll(RunState state)
    {
        for (var phase = 0; phase < state.Phases.Length; phase++)
        {
            state.Agenda.LookAtPhase(phase);
            Await(state, DueKind.PhaseTimeout, phase);
            Await(state, DueKind.PhaseForce, phase);
        }

        for (var task = 0; task < state.Tasks.Length; task++)
        {
            if (state.Graph.HasFlow(task) ? Admission.IsAwaited(state, task) : state.NeedsJoinDecision(task))
            {
                state.Agenda.LookAtJoin(task);
            }

            Await(state, DueKind.AttemptTimeout, task);
            Await(state, DueKind.AttemptForce, task);
            Await(state, DueKind.Retry, task);
        }

        Await(state, DueKind.RunForce, 0);
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
        var bytes = 1024L + (state.Phases.Length * 16L);
        for (var task = 0; task < state.Tasks.Length; task++)
        {
            bytes += state.Task(task).Attempt > 0 ? 16 + state.Output(task).Length : 1;
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
