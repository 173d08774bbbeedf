using System.Reflection;
using System.Security.Cryptography;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs;

/// <summary>That a kept state and the rest of the facts are as good as all facts is held by the random walks; this is about bytes that can't be used.</summary>
public sealed class RunStateCodecTests
{
    private static readonly RunId Id = new("run");
    private static readonly DateTimeOffset Created = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly PlanGraph Graph = GraphOf("a", "b", "c");

    [Fact]
    public void A_state_reads_back_as_it_was()
    {
        var state = State();
        var read = Decode(Encode(state), out var problem);
        Assert.Null(problem);
        StateText.RequireEqual(state, read!, "read and written");
    }

    [Fact]
    public void The_bytes_of_a_state_are_always_the_same()
        => Assert.Equal(Encode(State()), Encode(State()));

    [Fact]
    public void Whichever_byte_is_damaged_the_state_counts_as_not_there()
    {
        var bytes = Encode(State());
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= 0x40;
            Assert.Null(Decode(damaged, out var problem));
            Assert.Equal("It is damaged: its checksum is wrong.", problem);
        }
    }

    [Fact]
    public void Wherever_the_bytes_end_too_early_the_state_counts_as_not_there()
    {
        var bytes = Encode(State());
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Null(Decode(bytes.AsMemory(0, length), out _));

            // And with a checksum that is right: as a library with other ideas would have written it.
            if (length >= 32)
            {
                Assert.Null(Decode(Signed(bytes[..length]), out var problem));
                Assert.StartsWith("It can't be understood", problem, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Bytes_with_a_checksum_that_make_no_sense_are_no_error()
    {
        var bytes = Encode(State());
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var changed = bytes.ToArray();
            for (var times = random.Next(1, 4); times > 0; times--)
            {
                changed[random.Next(32, changed.Length)] = (byte)random.Next(256);
            }

            refused += Decode(Signed(changed), out _) is null ? 1 : 0;
        }

        Assert.InRange(refused, 1_000, 20_000);
    }

    [Fact]
    public void The_state_of_another_run_another_plan_or_another_creation_is_not_used()
    {
        var bytes = Encode(State());
        var first = First(Graph);
        RequireRefused("It can't be understood: it is another run's.", new RunId("other"), first, Graph);
        RequireRefused("It can't be understood: it is of another plan.", Id, First(GraphOf("a", "b")), GraphOf("a", "b"));
        RequireRefused("It can't be understood: it is of a run that was created at another time.", Id, first with { Timestamp = Created.AddTicks(1) }, Graph);

        void RequireRefused(string expected, RunId id, RecordedEvent begin, PlanGraph graph)
        {
            Assert.Null(RunStateCodec.Decode(id, begin, graph, TimeSpan.Zero, bytes, out var problem));
            Assert.Equal(expected, problem);
        }
    }

    [Fact]
    public void What_has_not_been_touched_takes_no_room()
    {
        var plan = new PlanBuilder("plan");
        plan.Phase("one", phase =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                phase.Task($"t{i}", "x");
            }
        });
        var graph = PlanGraph.Compile(plan.Build());
        Assert.InRange(RunStateCodec.Encode(RunFold.Begin(Id, First(graph), graph, TimeSpan.Zero))!.Value.Length, 32, 200);
    }

    [Fact]
    public void The_codec_knows_every_field_of_a_slot()
    {
        // Whoever adds one adds it to SlotCodec or FlowCodec, to StateText and here, and raises RunStateCodec.Format.
        Assert.Equal(
            ["Admitted", "At", "Attempt", "AttemptOut", "AttemptStopping", "Canceling", "Failures", "Generation", "JoinsOpen", "OrdersOpen", "OutcomeUnknown", "Status", "Ticket", "Unmet"],
            FieldsOf(typeof(TaskSlot)));
        Assert.Equal(
            ["At", "Broken", "Failed", "Generation", "Held", "Open", "Out", "Reason", "Remaining", "Status", "Stopping", "Turn", "TurnDue"],
            FieldsOf(typeof(PhaseSlot)));

        static IEnumerable<string> FieldsOf(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public).Select(field => field.Name).Order(StringComparer.Ordinal);
    }

    // One task succeeded, one is out, one waits; a signal and a failure are there, and the run is stopping.
    private static RunState State()
    {
        var state = RunFold.Begin(Id, First(Graph), Graph, TimeSpan.Zero);
        RunEvent[] facts =
        [
            new RunStarted(),
            new PhaseStarted { Phase = "one" },
            new AttemptStarted { Task = "a", Attempt = 1, Agent = "x" },
            new AttemptSucceeded { Task = "a", Attempt = 1, Output = JsonData.Parse("{\"text\":\"⚙\"}") },
            new AttemptStarted { Task = "b", Attempt = 1, Agent = "x" },
            new AttemptFailed { Task = "b", Attempt = 1, Failure = new Failure(FailureClass.Timeout, "slow") },
            new TaskFailed { Task = "b", Failure = new Failure(FailureClass.Timeout, "slow") },
            new AttemptStarted { Task = "c", Attempt = 1, Agent = "x" },
            new AttemptAbandoned { Task = "c", Attempt = 1, Reason = "gone" },
            new TaskRetryScheduled { Task = "c", Due = Created },
            new AttemptStarted { Task = "c", Attempt = 2, Agent = "x" },
            new SignalReceived { Id = "1", Name = "go", Payload = JsonData.Parse("[1]") },
            new RunStopping { Outcome = RunStatus.Canceled, Reason = "No more." },
        ];
        foreach (var fact in facts)
        {
            RunFold.Apply(state, new RecordedEvent(state.Version + 1, Created.AddSeconds(state.Version), fact));
        }

        return state;
    }

    private static RunState? Decode(ReadOnlyMemory<byte> bytes, out string? problem) => RunStateCodec.Decode(Id, First(Graph), Graph, TimeSpan.Zero, bytes, out problem);

    private static byte[] Encode(RunState state) => RunStateCodec.Encode(state)!.Value.ToArray();

    private static byte[] Signed(byte[] bytes)
    {
        SHA256.HashData(bytes.AsSpan(32), bytes);
        return bytes;
    }

    private static RecordedEvent First(PlanGraph graph) => new(1, Created, new RunCreated { Plan = graph.Plan, Inputs = JsonData.Parse("{}") });

    private static PlanGraph GraphOf(params string[] tasks)
    {
        var plan = new PlanBuilder("plan");
        plan.Phase("one", phase =>
        {
            phase.Parallel();
            foreach (var task in tasks)
            {
                phase.Task(task, "x");
            }
        });
        return PlanGraph.Compile(plan.Build());
    }
}
