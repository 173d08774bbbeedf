using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>States that are kept make loading shorter and change nothing else. Every test kills the process in the middle of a chain of tasks.</summary>
public sealed class SnapshotTests
{
    private const int Length = 20;
    private const int Middle = 12;

    private readonly InMemoryStateStore _inner = new();
    private readonly SnapshotStateStore _store;

    public SnapshotTests() => _store = new SnapshotStateStore(_inner);

    [Fact]
    public async Task A_run_is_loaded_from_the_state_that_was_kept_and_the_facts_since()
    {
        var run = await DieAsync();
        Assert.NotEmpty(_store.Saved);
        _store.Readings.Clear();
        await LiveAsync(run);

        // The first fact, which has the plan, then whether the last fact is the one that was kept, then the rest.
        var kept = _store.Saved.Last(version => version <= JournalBeforeDeath);
        Assert.Equal([0, kept - 1, kept], _store.Readings.Take(3));
    }

    [Fact]
    public async Task Without_the_states_that_were_kept_the_run_ends_in_the_same_way()
    {
        var run = await DieAsync();
        await _store.DeleteSnapshotsAsync(TestEngine.Ending);
        _store.Readings.Clear();
        await LiveAsync(run);
        Assert.Equal(0, Assert.Single(_store.Readings.Take(1)));
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("empty")]
    [InlineData("newer")]
    [InlineData("of another run")]
    [InlineData("of the future")]
    [InlineData("unavailable")]
    public async Task A_kept_state_that_can_not_be_used_is_as_good_as_none(string how)
    {
        var run = await DieAsync();
        var (future, other) = (default(StateSnapshot), default(StateSnapshot));
        if (how is "of the future")
        {
            // As when the database was put back from a copy that is older than the run.
            future = Kept(await FoldAsync(run, facts => [.. facts, new RecordedEvent(facts.Count + 1, facts[^1].Timestamp, new RunPaused { Reason = "x" })]));
        }
        else if (how is "of another run")
        {
            other = Kept(await FoldAsync(new RunId("other"), facts => facts, run));
        }

        _store.OnLoad = kept => how switch
        {
            "damaged" => kept with { Content = Damaged(kept.Content) },
            "empty" => kept with { Content = default },
            "newer" => kept with { Format = RunStateCodec.Format + 1 },
            "of another run" => other!,
            "of the future" => future!,
            _ => throw new StateStoreException("Not now.", isTransient: true),
        };
        await LiveAsync(run);
        Assert.Equal(1, _store.Loads);
    }

    [Fact]
    public async Task A_store_that_can_not_keep_states_does_not_disturb_the_run()
    {
        _store.FailSaving = new StateStoreException("Full.", isTransient: false);
        var run = await DieAsync();
        await LiveAsync(run);

        // It isn't asked at every step, either.
        Assert.True(_store.Saved.Count < 10, string.Join(' ', _store.Saved));
    }

    [Fact]
    public async Task With_SnapshotEvery_at_zero_no_state_is_kept_or_used()
    {
        var run = await DieAsync(every: 0);
        await LiveAsync(run, every: 0);
        Assert.Equal((0, 0), (_store.Saved.Count, _store.Loads));
    }

    [Fact]
    public async Task States_are_kept_when_the_journal_has_grown_by_half_so_that_all_of_them_cost_no_more_than_it()
    {
        await using var engine = new TestEngine(_store, configure: options => options.SnapshotEvery = 10);
        var run = await engine.StartAsync(Chain(500));
        await TestEngine.EndOf(run);
        var (before, total) = (0L, 0L);
        foreach (var version in _store.Saved)
        {
            Assert.True(version - before >= Math.Max(10, before / 2), string.Join(' ', _store.Saved));
            (before, total) = (version, total + version);
        }

        Assert.True(_store.Saved.Count >= 6, string.Join(' ', _store.Saved));
        Assert.True(total <= 3 * before, string.Join(' ', _store.Saved));
    }

    private long JournalBeforeDeath { get; set; }

    private static Action<PlanBuilder> Chain(int length) => plan => plan.Phase("one", phase =>
    {
        phase.Sequential();
        for (var i = 0; i < length; i++)
        {
            phase.Task($"t{i}", "x");
        }
    });

    // One life of a process, which ends when the task in the middle has started.
    private async Task<RunId> DieAsync(int every = 4)
    {
        var agent = new ScriptedAgent();
        agent.On($"t{Middle}").Hangs();
        await using var engine = new TestEngine(_store, agent, configure: options => options.SnapshotEvery = every);
        var run = await engine.StartAsync(Chain(Length));
        await agent.WaitForCallAsync($"t{Middle}", 1, TestEngine.Ending).Soon();
        JournalBeforeDeath = (await engine.FactsOf(run.Id)).Count;
        return run.Id;
    }

    // The next life, which must end as it would without any kept state.
    private async Task LiveAsync(RunId run, int every = 4)
    {
        var agent = new ScriptedAgent();
        await using var engine = new TestEngine(_store, agent, configure: options => options.SnapshotEvery = every);
        var result = await engine.Orchestrator.WaitAsync(run, TestEngine.Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, result.Status);
        var expected = new List<string> { "run.created", "run.started", "phase.started one" };
        for (var i = 0; i < Length; i++)
        {
            expected.AddRange(i == Middle
                ? [$"attempt.started t{i}#1", $"attempt.abandoned t{i}#1", $"task.retry_scheduled t{i} +0s", $"attempt.started t{i}#2", $"attempt.succeeded t{i}#2"]
                : [$"attempt.started t{i}#1", $"attempt.succeeded t{i}#1"]);
        }

        expected.AddRange(["phase.completed one", "run.completed Succeeded"]);
        Assert.Equal(expected, await engine.JournalOf(run));
        Assert.Equal(Length - Middle, agent.Calls.Count);
    }

    private async Task<RunState> FoldAsync(RunId id, Func<List<RecordedEvent>, List<RecordedEvent>> change, RunId? journal = null)
    {
        var facts = change(await _inner.ReadAsync(journal ?? id, 0, TestEngine.Ending).ToListAsync(TestEngine.Ending));
        var state = RunFold.Begin(id, facts[0], PlanGraph.Compile(((RunCreated)facts[0].Event).Plan), TimeSpan.FromSeconds(30));
        foreach (var fact in facts.Skip(1))
        {
            RunFold.Apply(state, fact);
        }

        return state;
    }

    private static StateSnapshot Kept(RunState state) => new(state.Id, state.Version, RunStateCodec.Format, RunStateCodec.Encode(state)!.Value);

    private static byte[] Damaged(ReadOnlyMemory<byte> content)
    {
        var bytes = content.ToArray();
        bytes[^1] ^= 1;
        return bytes;
    }
}
