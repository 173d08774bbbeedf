using System.Security.Cryptography;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs;

/// <summary>Items in kept states, and what many of them cost.</summary>
public sealed class ItemCodecTests
{
    private static readonly RunId Id = new("run");
    private static readonly DateTimeOffset Created = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_state_with_items_reads_back_as_it_was()
    {
        var state = State();
        var bytes = RunStateCodec.Encode(state)!.Value;
        var read = RunStateCodec.Decode(Id, First(Graph(2)), Graph(2), TimeSpan.Zero, bytes, out var problem);
        Assert.Null(problem);
        StateText.RequireEqual(state, read!, "read and written");
        Assert.Equal(bytes.ToArray(), RunStateCodec.Encode(read!)!.Value.ToArray());
    }

    [Fact]
    public void Bytes_with_items_and_a_checksum_that_make_no_sense_are_no_error()
    {
        var bytes = RunStateCodec.Encode(State())!.Value.ToArray();
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var changed = bytes.ToArray();
            for (var times = random.Next(1, 4); times > 0; times--)
            {
                changed[random.Next(32, changed.Length)] = (byte)random.Next(256);
            }

            SHA256.HashData(changed.AsSpan(32), changed);
            refused += RunStateCodec.Decode(Id, First(Graph(2)), Graph(2), TimeSpan.Zero, changed, out _) is null ? 1 : 0;
        }

        Assert.InRange(refused, 500, 5_000);
    }

    [Fact]
    public void What_the_items_of_a_task_made_that_is_done_is_kept_once()
    {
        var output = JsonData.String(new string('x', 1000));
        var state = Begin(1);
        Apply(state, new RunStarted(), new PhaseStarted { Phase = "one" }, new TaskExpanded { Task = "t0", Items = JsonData.Parse("[" + string.Join(',', Enumerable.Repeat("0", 100)) + "]"), Sealed = true });
        for (var item = 0; item < 100; item++)
        {
            Apply(state, new AttemptStarted { Task = "t0", Item = item, Attempt = 1, Agent = "x" }, new AttemptSucceeded { Task = "t0", Item = item, Attempt = 1, Output = output });
        }

        Apply(state, new TaskSucceeded { Task = "t0" });
        Assert.InRange(RunStateCodec.Encode(state)!.Value.Length, 100_000, 106_000);
    }

    [Fact]
    public void A_hundred_thousand_items_that_have_not_started_are_a_few_bytes_each()
    {
        var state = Begin(1);
        Apply(state, new RunStarted(), new PhaseStarted { Phase = "one" }, new TaskExpanded { Task = "t0", Items = JsonData.Parse("[" + string.Join(',', Enumerable.Range(0, 100_000)) + "]"), Sealed = true });
        var bytes = RunStateCodec.Encode(state)!.Value;
        Assert.InRange(bytes.Length / 100_000.0, 1, 12);
        var read = RunStateCodec.Decode(Id, First(Graph(1)), Graph(1), TimeSpan.Zero, bytes, out _);
        Assert.Equal(100_000, read!.Items.Find(0)!.Count);
        Assert.Equal(state.Agenda.ReadyTasks(state).Order(), read.Agenda.ReadyTasks(read).Order());
    }

    [Fact]
    public void A_thousand_tasks_with_items_in_one_run_are_done_task_by_task()
    {
        var state = Begin(1000);
        var step = new RunStep(state);
        step.Decide(new RunCommand.Start(), Created);
        step.Advance(Created);
        Assert.Equal(10_000, state.AttemptsOut);
        foreach (var item in state.Items.Numbers.ToList())
        {
            step.Decide(new RunCommand.ReportSuccess(item, 1, JsonData.Parse("1")), Created);
        }

        step.Advance(Created);
        Assert.Equal(RunStatus.Succeeded, state.Status);
        Assert.All(RunSnapshot.Of(state).Tasks, task => Assert.Equal("[1,1,1,1,1,1,1,1,1,1]", task.Output.ToString()));
    }

    [Fact]
    public void The_pages_of_items_that_are_forgotten_are_given_back()
    {
        var items = new ItemTable();
        for (var turn = 0; turn < 100; turn++)
        {
            var fanOut = items.Open(7);
            for (var i = 0; i < 1000; i++)
            {
                items.Add(fanOut, turn, JsonData.Null);
            }

            items.Detach(7);
        }

        var last = items.Open(7);
        items.Add(last, 100, JsonData.Parse("1"));
        Assert.Equal([ItemTable.First + 100_000], items.Numbers);
        Assert.Equal("1", items.Value(ItemTable.First + 100_000).ToString());
        Assert.False(items.Has(ItemTable.First));
        Assert.False(items.Has(ItemTable.First + 99_999));
        Assert.False(items.Has(ItemTable.First + 100_001));
    }

    // Of one task some items are out, done, failed and canceled, and it is completing; the other is done, with an item that goes on; a third was forgotten.
    private static RunState State()
    {
        var state = Begin(2);
        Apply(
            state,
            new RunStarted(),
            new PhaseStarted { Phase = "one" },
            new TaskExpanded { Task = "t1", Items = JsonData.Parse("[1,2]"), Sealed = true },
            new TaskExpanded { Task = "t0", Items = JsonData.Parse("[\"a\",{\"b\":1},[]]") },
            new AttemptStarted { Task = "t0", Item = 0, Attempt = 1, Agent = "x" },
            new AttemptStarted { Task = "t1", Item = 0, Attempt = 1, Agent = "x" },
            new AttemptSucceeded { Task = "t1", Item = 0, Attempt = 1, Output = JsonData.Parse("\"out\"") },
            new TaskSucceeded { Task = "t1" },
            new TaskItemsAdded { Task = "t0", Items = JsonData.Parse("[4,5]"), Id = "more" },
            new AttemptStarted { Task = "t0", Item = 1, Attempt = 1, Agent = "x" },
            new AttemptFailed { Task = "t0", Item = 1, Attempt = 1, Failure = new Failure(FailureClass.Timeout, "slow") },
            new TaskFailed { Task = "t0", Item = 1, Failure = new Failure(FailureClass.Timeout, "slow") },
            new AttemptStarted { Task = "t1", Item = 1, Attempt = 1, Agent = "x" },
            new AttemptAbandoned { Task = "t0", Item = 0, Attempt = 1, Reason = "gone" },
            new TaskRetryScheduled { Task = "t0", Item = 0, Due = Created },
            new AttemptStarted { Task = "t0", Item = 0, Attempt = 2, Agent = "x" },
            new TaskCompleting { Task = "t0", Reason = "Enough.", Failure = new Failure(FailureClass.Timeout, "slow") });
        return state;
    }

    private static RunState Begin(int tasks) => RunFold.Begin(Id, First(Graph(tasks)), Graph(tasks), TimeSpan.Zero);

    private static void Apply(RunState state, params RunEvent[] facts)
    {
        foreach (var fact in facts)
        {
            RunFold.Apply(state, new RecordedEvent(state.Version + 1, Created.AddSeconds(state.Version), fact));
        }
    }

    private static RecordedEvent First(PlanGraph graph) => new(1, Created, new RunCreated { Plan = graph.Plan, Inputs = JsonData.Parse("{\"list\":[0,1,2,3,4,5,6,7,8,9]}") });

    private static PlanGraph Graph(int tasks) => PlanGraph.Compile(new OrchestrationPlan
    {
        Id = "plan",
        Inputs = [new PlanInput { Name = "list" }],
        Phases =
        [
            new PhaseDefinition
            {
                Id = "one",
                Mode = PhaseMode.Parallel,
                Tasks =
                [
                    .. Enumerable.Range(0, tasks).Select(task => new TaskDefinition
                    {
                        Id = $"t{task}",
                        Agent = "x",
                        ForEach = new ForEachDefinition { Items = ValueExpression.Parse("inputs.list"), Open = tasks == 2 },
                    }),
                ],
            },
        ],
    });
}
