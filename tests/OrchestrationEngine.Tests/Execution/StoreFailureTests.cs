using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Runs;
using static OrchestrationEngine.Tests.Execution.FaultyStateStore;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution;

public sealed class StoreFailureTests
{
    private static readonly Action<PlanBuilder> Diamond = plan => plan.Phase("one", phase => phase.Parallel()
        .Task("a", "x")
        .Task("b", "x", task => task.After("a"))
        .Task("c", "x", task => task.After("a").Retry(2, TimeSpan.Zero))
        .Task("d", "x", task => task.After("b", "c")));

    [Fact]
    public async Task A_store_that_is_busy_for_a_while_strands_nothing_and_nothing_is_done_twice()
    {
        var time = new ManualTimeProvider();
        var store = new FaultyStateStore(new InMemoryStateStore(time));
        var busy = 0;
        store.OnAppend = (_, _) => Interlocked.Increment(ref busy) % 3 != 0 ? new Fault(Transient) : null;
        await using var engine = new TestEngine(store, time: time);
        engine.Agent.On("c").Fails(FailureClass.Unavailable).Succeeds();
        var runs = new List<RunHandle>();
        for (var i = 0; i < 10; i++)
        {
            runs.Add(await engine.StartAsync(Diamond));
        }

        await engine.Time.AdvanceUntilAsync(Task.WhenAll(runs.Select(run => run.WaitAsync(Ending))));
        foreach (var run in runs)
        {
            Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
            Assert.DoesNotContain((await engine.FactsOf(run.Id)).Select(fact => fact.Event), fact => fact is AttemptAbandoned);
        }

        Assert.Equal(41, engine.Agent.Calls.Count);
    }

    [Fact]
    public async Task A_commit_whose_acknowledgement_was_lost_is_not_taken_for_that_of_another_writer()
    {
        var time = new ManualTimeProvider();
        var store = new FaultyStateStore(new InMemoryStateStore(time))
        {
            // The run is loaded again once before, so that it does not begin with its creation.
            OnAppend = (number, _) => number switch
            {
                2 => new Fault(Broken),
                4 => new Fault(Transient, Written: true),
                _ => null,
            },
        };
        await using var engine = new TestEngine(store, time: time);
        var run = await engine.StartAsync(Diamond);
        await engine.Time.AdvanceUntilAsync(run.WaitAsync(Ending));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        RequireSuccessesOnce(await engine.FactsOf(run.Id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_store_that_fails_has_the_run_loaded_again_with_growing_delays(bool written)
    {
        var time = new ManualTimeProvider();
        var store = new FaultyStateStore(new InMemoryStateStore(time)) { OnAppend = (number, _) => number is >= 2 and <= 5 ? new Fault(Broken, written) : null };
        await using var engine = new TestEngine(store, time: time, configure: options => options.MaxConcurrentAttempts = 1);
        var run = await engine.StartAsync(Diamond);
        await engine.Time.AdvanceUntilAsync(run.WaitAsync(Ending));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        RequireSuccessesOnce(await engine.FactsOf(run.Id));

        // No room for attempts was lost on the way.
        Assert.Equal(RunStatus.Succeeded, (await EndOf(await engine.StartAsync(Diamond))).Status);
    }

    [Fact]
    public async Task A_command_is_answered_with_the_error_of_the_store_and_the_run_goes_on()
    {
        var time = new ManualTimeProvider();
        var store = new FaultyStateStore(new InMemoryStateStore(time));
        await using var engine = new TestEngine(store, time: time);
        engine.Agent.On("a").Hangs().Succeeds();
        var run = await engine.StartAsync(Single());
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        store.OnAppend = (_, append) => append.Events.Span[0].Event is RunPaused ? new Fault(Broken) : null;
        await Assert.ThrowsAsync<StateStoreException>(() => engine.Orchestrator.PauseAsync(run.Id, "Held.", Ending).Soon());
        await engine.Time.AdvanceUntilAsync(run.WaitAsync(Ending));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        Assert.Equal(2, engine.Agent.Calls.Count);
    }

    [Fact]
    public async Task A_run_whose_journal_can_not_be_read_for_a_while_is_taken_up_later()
    {
        var (inner, agent, time) = TestEngine.Parts();
        agent.On("a").Hangs().Succeeds();
        RunId id;
        await using (var first = new TestEngine(inner, agent, time))
        {
            id = (await first.StartAsync(Single())).Id;
            await agent.WaitForCallAsync("a", 1, Ending).Soon();
        }

        var left = 5;
        var store = new FaultyStateStore(inner)
        {
            OnRead = _ => Interlocked.Decrement(ref left) > 0 ? left % 2 == 0 ? Transient : Broken : null,
            OnAcquire = () => Interlocked.Decrement(ref left) > 2 ? Transient : null,
        };
        await using var second = new TestEngine(store, agent, time);
        await second.Orchestrator.StartNodeAsync(Ending);
        await time.AdvanceUntilAsync(agent.WaitForCallAsync("a", 2, Ending));
        Assert.Equal(RunStatus.Succeeded, (await second.Orchestrator.WaitAsync(id, Ending).Soon()).Status);
    }

    [Fact]
    public async Task A_journal_with_a_fact_of_a_newer_version_parks_its_run_with_the_reason_and_stops_no_other()
    {
        var (inner, agent, time) = TestEngine.Parts();
        agent.On("a").Hangs().Succeeds();
        agent.On("b").Hangs().Succeeds();
        RunId strange, fine;
        await using (var first = new TestEngine(inner, agent, time))
        {
            strange = (await first.StartAsync(Together("a"))).Id;
            fine = (await first.StartAsync(Together("b"))).Id;
            await agent.WaitForCallAsync("a", 1, Ending).Soon();
            await agent.WaitForCallAsync("b", 1, Ending).Soon();
        }

        // As a store does it that meets a type it does not know.
        var store = new FaultyStateStore(inner) { OnRead = run => run == strange ? UnknownType() : null };
        await using var second = new TestEngine(store, agent, time);
        await second.Orchestrator.StartNodeAsync(Ending);
        Assert.Equal(RunStatus.Succeeded, (await second.Orchestrator.WaitAsync(fine, Ending).Soon()).Status);
        var unreadable = await Assert.ThrowsAsync<JournalFormatException>(() => second.Orchestrator.GetAsync(strange, Ending).Soon());
        Assert.Contains("'task.dreamed'", unreadable.Message, StringComparison.Ordinal);
        Assert.Equal(new WaitReason(null, null, unreadable.Message), Assert.Single(await second.Orchestrator.ExplainAsync(strange, Ending).Soon()));
        Assert.Equal(unreadable.Message, (await Assert.ThrowsAsync<RunRefusedException>(() => second.Orchestrator.CancelAsync(strange, "No more.", Ending).Soon())).Message);
        Assert.Equal(unreadable.Message, (await Assert.ThrowsAsync<RunRefusedException>(() => second.Orchestrator.WaitAsync(strange, Ending).Soon())).Message);
        Assert.Single(agent.CallsOf("a"));

        // Once it can be read, it is as if nothing had been.
        store.OnRead = null;
        Assert.NotNull(await second.Orchestrator.GetAsync(strange, Ending).Soon());
        await time.AdvanceUntilAsync(second.Orchestrator.WaitAsync(strange, Ending));
        Assert.Equal(RunStatus.Succeeded, (await second.Orchestrator.WaitAsync(strange, Ending).Soon()).Status);
        Assert.Empty(await second.Orchestrator.ExplainAsync(strange, Ending).Soon());
    }

    [Fact]
    public async Task A_damaged_journal_parks_its_run_with_the_place_of_the_damage()
    {
        var time = new ManualTimeProvider();
        var store = new InMemoryStateStore(time);
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        RecordedEvent[] facts =
        [
            new(1, now, new RunCreated { Plan = Plan(Single()), Inputs = JsonData.Parse("{}") }),
            new(2, now, new RunStarted()),
            new(3, now, new AttemptSucceeded { Task = "a", Attempt = 1 }),
        ];
        await store.CreateAsync(new NewRun { Id = new RunId("damaged"), PlanId = "plan", PlanVersion = "1", Events = facts }, Ending);
        await using var engine = new TestEngine(store, time: time);
        await engine.Orchestrator.StartNodeAsync(Ending);
        var damaged = await Assert.ThrowsAsync<JournalFormatException>(() => engine.Orchestrator.GetAsync(new RunId("damaged"), Ending).Soon());
        Assert.StartsWith("Fact 3 ('attempt.succeeded') in the journal of run 'damaged' does not follow from those before it:", damaged.Message, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Succeeded, (await EndOf(await engine.StartAsync(Single()))).Status);
    }

    [Fact]
    public async Task A_node_that_has_lost_the_lease_on_a_run_lets_it_go_and_the_journal_stays_whole()
    {
        var time = new ManualTimeProvider();
        var store = new InMemoryStateStore(time);
        await using var engine = new TestEngine(store, time: time);
        var hold = new TaskCompletionSource();
        engine.Agent.On("a").After(hold.Task).Succeeds();
        var run = await engine.StartAsync(Single());
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        var waiting = run.WaitAsync(Ending);
        var other = await store.JoinAsync(new NodeRegistration { Name = "other", LeaseDuration = TimeSpan.FromDays(1) }, Ending);
        var summary = (await store.FindAsync(run.Id, Ending))!;
        await store.ReleaseAsync(new LeaseRelease(run.Id, summary.Epoch, null), Ending);
        await store.PostAsync(new InboxMessage { Id = "look", Run = run.Id, Kind = "pause", Payload = JsonData.Parse("{}") }, Ending);
        var lease = Assert.Single((await store.AcquireAsync(new LeaseRequest { Node = other, MaxRuns = 1 }, Ending)).Runs);
        RecordedEvent[] foreign = [new(summary.Version + 1, engine.Time.GetUtcNow(), new RunPaused { Reason = "By another node." })];
        await store.AppendAsync(new RunAppend(run.Id, summary.Version, foreign, RunStatus.Paused, lease.Epoch) { Answers = [new InboxAnswer("look", null)] }, Ending);
        hold.SetResult();
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        Assert.Equal("run.paused", (await engine.JournalOf(run.Id))[^1]);
        Assert.Equal("Node 'other/2' has the run.", (await engine.Orchestrator.ExplainAsync(run.Id, Ending).Soon())[0].Reason);
        Assert.False(waiting.IsCompleted);
        Assert.Equal("run.paused", (await engine.JournalOf(run.Id))[^1]);
    }

    private static JournalFormatException UnknownType() => Assert.Throws<JournalFormatException>(() => RunEventJson.Read("task.dreamed", 1, "{}"u8.ToArray()));

    private static void RequireSuccessesOnce(List<RecordedEvent> journal)
    {
        Assert.Equal(["a", "b", "c", "d"], journal.Select(fact => fact.Event).OfType<AttemptSucceeded>().Select(fact => fact.Task).Order());
        Assert.Equal(Enumerable.Range(1, journal.Count).Select(number => (long)number), journal.Select(fact => fact.Sequence));
        Assert.Equal("run.completed Succeeded", FactText.Of(journal[^1]));
    }
}
