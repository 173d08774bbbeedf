using System.Text;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

/// <summary>
/// What every <see cref="IRetentionStore"/> must do. Derive a class from it in a test project and override
/// <see cref="StoreConformance.CreateEmptyAsync"/> with a store that has the ability.
/// </summary>
public abstract class RetentionStoreConformance : StoreConformance
{
    /// <summary>So little that every slice ends with the first rows.</summary>
    private static readonly TimeSpan Nothing = TimeSpan.FromTicks(1);

    /// <summary>Whether the store keeps payloads as JSON and sums their bytes; false for one that keeps objects.</summary>
    protected virtual bool KeepsPayloads => true;

    /// <summary>How many rows the store itself finds of all runs, in all its tables; null where the suite can't ask. An override makes sure that nothing is left behind.</summary>
    /// <param name="store">The store.</param>
    protected virtual Task<long?> CountRowsAsync(IStateStore store) => Task.FromResult<long?>(null);

    /// <summary>A run that is removed is as if it had never been.</summary>
    [Fact]
    public async Task A_purged_run_is_gone_with_all_that_belongs_to_it()
    {
        var store = await EmptyAsync();
        var rows = await CountRowsAsync(store);
        var run = await CreateEndedAsync(store, "run", "key", withAttempts: true);
        await store.PostAsync(new InboxMessage { Id = "open", Run = run, Kind = "signal" }, CancellationToken.None);
        var slice = await PurgeAsync(store, run);
        Assert.Equal(1, slice.Runs);
        Assert.True(slice.Rows >= 10, $"{slice.Rows} rows");
        await RequireGoneAsync(store, run);
        Assert.Empty((await store.QueryAsync(new RunQuery { BusinessKey = "key" }, CancellationToken.None)).Items);
        Assert.Null(await store.FindAnswerAsync("answered", CancellationToken.None));
        Assert.Equal(rows, await CountRowsAsync(store));
        Assert.Empty((await AcquireAsync(store, await JoinAsync(store, "a"))).Runs);
        await Assert.ThrowsAsync<RunNotFoundException>(async () => await store.AppendAsync(Append(run, 10) with { Epoch = 2 }, CancellationToken.None));
        await Assert.ThrowsAsync<RunNotFoundException>(async () => await store.PostAsync(Message(run, "another"), CancellationToken.None));
        Assert.Equal((0, 0), await PurgedAsync(store, run));
    }

    /// <summary>A business key, an id and a message id that are gone can be used again.</summary>
    [Fact]
    public async Task The_keys_of_a_purged_run_are_free_again()
    {
        var store = await EmptyAsync();
        var run = await CreateEndedAsync(store, "run", "key");
        await PurgeAsync(store, run);
        Assert.Equal("another", (await store.CreateAsync(NewRun("another", "key"), CancellationToken.None)).Value);
        var again = await CreateEndedAsync(store, "run", "key of the next");
        Assert.Equal(10, (await ReadAllAsync(store, again)).Count);
        Assert.Equal(new InboxAnswer("answered", null), await store.FindAnswerAsync("answered", CancellationToken.None));
    }

    /// <summary>What is at work is not removed, however old it is.</summary>
    [Fact]
    public async Task Runs_that_have_not_ended_or_are_leased_or_do_not_exist_are_passed_over()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var ended = await CreateEndedAsync(store, "ended");
        var leased = await CreateEndedAsync(store, "leased");
        await store.PostAsync(Message(leased, "m"), CancellationToken.None);
        Assert.Equal([leased], (await AcquireAsync(store, node)).Runs.Select(given => given.Run));
        var waiting = await store.CreateAsync(NewRun("waiting"), CancellationToken.None);
        var before = (await DescribeAsync(store, leased), await DescribeAsync(store, waiting));
        Assert.Equal(1, (await PurgeAsync(store, new RunId("nobody"), waiting, leased, ended, ended)).Runs);
        Assert.Equal(before, (await DescribeAsync(store, leased), await DescribeAsync(store, waiting)));
        await RequireGoneAsync(store, ended);
        Assert.Equal((0, 0), await PurgedAsync(store));
    }

    /// <summary>However small the slices, nobody ever sees half a run.</summary>
    [Fact]
    public async Task A_run_vanishes_as_a_whole_with_the_slice_that_begins_it()
    {
        var store = await EmptyAsync();
        var rows = await CountRowsAsync(store);
        var run = await CreateEndedAsync(store, "run", "key", facts: 5_000);
        var retention = Retention(store);
        var slice = await retention.PurgeAsync(new PurgeRequest([run], Nothing), CancellationToken.None);
        Assert.Equal(1, slice.Runs);
        await RequireGoneAsync(store, run);

        // The same id and key at once, while rows of their former owner may still be there.
        var again = await CreateEndedAsync(store, "run", "key", facts: 20);
        var before = await DescribeAsync(store, again);
        for (var slices = 0; !slice.IsDone; slices++)
        {
            Assert.True(slices < 20_000, "The slices do not come to an end.");
            slice = await retention.PurgeAsync(new PurgeRequest([], Nothing), CancellationToken.None);
            Assert.Equal(0, slice.Runs);
            Assert.True(slice.Rows > 0 || slice.IsDone, "A slice removed nothing and is not the last.");
        }

        Assert.Equal(before, await DescribeAsync(store, again));
        await PurgeAsync(store, again);
        Assert.Equal(rows, await CountRowsAsync(store));
    }

    /// <summary>A process that died in the middle of a removal leaves nothing for ever.</summary>
    [Fact]
    public async Task What_earlier_slices_left_is_removed_by_a_later_call_for_other_runs()
    {
        var store = await EmptyAsync();
        var rows = await CountRowsAsync(store);
        var (large, other) = (await CreateEndedAsync(store, "large", facts: 3_000), await CreateEndedAsync(store, "other"));
        var first = await Retention(store).PurgeAsync(new PurgeRequest([large], Nothing), CancellationToken.None);
        store = Keep(await ReopenAsync(store));
        await RequireGoneAsync(store, large);
        var rest = await PurgeAsync(store, other);
        Assert.Equal(1, rest.Runs);
        Assert.True(first.Rows + rest.Rows >= 3_010, $"{first.Rows} and {rest.Rows} rows");
        Assert.Equal(rows, await CountRowsAsync(store));
    }

    /// <summary>Many runs at once, in slices.</summary>
    [Fact]
    public async Task Many_runs_are_removed_in_slices_while_others_are_written()
    {
        var store = await EmptyAsync();
        var live = await store.CreateAsync(NewRun("live"), CancellationToken.None);
        var ended = new List<RunId>();
        for (var i = 0; i < 50; i++)
        {
            ended.Add(await CreateEndedAsync(store, $"run {i}", $"key {i}"));
        }

        var writing = Task.Run(async () =>
        {
            for (var version = 1; version < 100; version++)
            {
                await store.AppendAsync(Append(live, version), CancellationToken.None);
            }
        });
        var purging = PurgeAsync(store, TimeSpan.FromMilliseconds(1), [.. ended]);
        await Task.WhenAll(writing, purging).WaitAsync(Limit);
        Assert.Equal(50, (await purging).Runs);
        Assert.Equal(live, Assert.Single((await store.QueryAsync(new RunQuery(), CancellationToken.None)).Items).Id);
        RequireSame(Notes(2, 99), await ReadAllAsync(store, live, 1));
    }

    /// <summary>What the runs of a plan take is known without reading them.</summary>
    [Fact]
    public async Task The_storage_of_each_plan_is_the_sum_of_its_runs()
    {
        var store = await EmptyAsync();
        Assert.Empty(await Retention(store).GetStorageAsync(CancellationToken.None));
        var first = await CreateEndedAsync(store, "first", planId: "plän 🎉");
        var second = await CreateEndedAsync(store, "second", planId: "plän 🎉", facts: 30);
        var other = await CreateEndedAsync(store, "other", planId: "a plan", facts: 5);
        await RequireStorageAsync(("a plan", [other]), ("plän 🎉", [first, second]));
        await PurgeAsync(store, second);
        await RequireStorageAsync(("a plan", [other]), ("plän 🎉", [first]));
        store = Keep(await ReopenAsync(store));
        await RequireStorageAsync(("a plan", [other]), ("plän 🎉", [first]));
        await PurgeAsync(store, other);
        await RequireStorageAsync(("plän 🎉", [first]));

        async Task RequireStorageAsync(params (string Plan, RunId[] Runs)[] expected)
        {
            var sums = new List<PlanStorage>();
            foreach (var (plan, runs) in expected)
            {
                var facts = new List<RecordedEvent>();
                foreach (var run in runs)
                {
                    facts.AddRange(await ReadAllAsync(store, run));
                }

                sums.Add(new PlanStorage(plan, runs.Length, facts.Count, KeepsPayloads ? facts.Sum(fact => (long)Payload(fact.Event).Length) : 0));
            }

            Assert.Equal(sums, await Retention(store).GetStorageAsync(CancellationToken.None));
        }
    }

    /// <summary>Giving space back ends, and changes nothing.</summary>
    [Fact]
    public async Task Compacting_comes_to_an_end_and_changes_nothing()
    {
        var store = await EmptyAsync();
        var (gone, kept) = (await CreateEndedAsync(store, "gone", facts: 2_000), await CreateEndedAsync(store, "kept"));
        await PurgeAsync(store, gone);
        var before = await DescribeAsync(store, kept);
        for (var slices = 0; await Retention(store).CompactAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None); slices++)
        {
            Assert.True(slices < 20_000, "The slices do not come to an end.");
        }

        Assert.Equal(before, await DescribeAsync(store, kept));
    }

    /// <summary>Canceled before the call means nothing changed.</summary>
    [Fact]
    public async Task Canceled_calls_for_retention_change_nothing()
    {
        var store = await EmptyAsync();
        var run = await CreateEndedAsync(store, "run");
        var before = await DescribeAsync(store, run);
        var canceled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Retention(store).PurgeAsync(new PurgeRequest([run], Limit), canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Retention(store).GetStorageAsync(canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Retention(store).CompactAsync(Limit, canceled));
        Assert.Equal(before, await DescribeAsync(store, run));
    }

    private static IRetentionStore Retention(IStateStore store) => Assert.IsType<IRetentionStore>(store, exactMatch: false);

    private static byte[] Payload(RunEvent fact)
    {
        var text = Text(new RecordedEvent(0, DateTimeOffset.UnixEpoch, fact));
        return Encoding.UTF8.GetBytes(text[text.IndexOf('{', StringComparison.Ordinal)..]);
    }

    /// <summary>A run that has ended, with an answered message whose id is <c>answered</c> where it had attempts.</summary>
    private static async Task<RunId> CreateEndedAsync(IStateStore store, string id, string? key = null, string planId = "plan", int facts = 10, bool withAttempts = false)
    {
        var run = await store.CreateAsync(NewRun(id, key, planId), CancellationToken.None);
        await store.PostAsync(Message(run, id == "run" ? "answered" : $"answered {id}"), CancellationToken.None);
        var work = facts - 2;
        RunEvent[] events = withAttempts
            ? [.. Enumerable.Range(1, work / 2).SelectMany(Attempt)]
            : [.. Enumerable.Range(0, work).Select(i => new RunPaused { Reason = $"fact {i}" })];
        var answers = new[] { new InboxAnswer(id == "run" ? "answered" : $"answered {id}", null) };
        await store.AppendAsync(new RunAppend(run, 1, Facts(2, events), RunStatus.Running) { Answers = answers }, CancellationToken.None);
        await store.AppendAsync(new RunAppend(run, 1 + work, Facts(2 + work, new RunCompleted { Status = RunStatus.Failed }), RunStatus.Failed), CancellationToken.None);
        return run;
    }

    private static RunEvent[] Attempt(int number) =>
    [
        new AttemptStarted { Task = "a", Attempt = number, Agent = "agent" },
        new AttemptFailed { Task = "a", Attempt = number, Failure = new Failure(FailureClass.Timeout, "late") },
    ];

    private static Task<PurgeSlice> PurgeAsync(IStateStore store, params RunId[] runs) => PurgeAsync(store, Limit, runs);

    private static async Task<PurgeSlice> PurgeAsync(IStateStore store, TimeSpan budget, params RunId[] runs)
    {
        var (vanished, rows) = (0, 0L);
        for (var slices = 0; ; slices++)
        {
            Assert.True(slices < 20_000, "The slices do not come to an end.");
            var slice = await Retention(store).PurgeAsync(new PurgeRequest(runs, budget), CancellationToken.None);
            (vanished, rows) = (vanished + slice.Runs, rows + slice.Rows);
            if (slice.IsDone)
            {
                return new PurgeSlice(vanished, rows, true);
            }
        }
    }

    private static async Task<(int Runs, long Rows)> PurgedAsync(IStateStore store, params RunId[] runs)
    {
        var slice = await PurgeAsync(store, runs);
        return (slice.Runs, slice.Rows);
    }

    private static async Task RequireGoneAsync(IStateStore store, RunId run)
    {
        Assert.Null(await store.FindAsync(run, CancellationToken.None));
        Assert.Empty(await ReadAllAsync(store, run));
        Assert.DoesNotContain(run, (await store.QueryAsync(new RunQuery { PageSize = RunQuery.MaxPageSize }, CancellationToken.None)).Items.Select(row => row.Id));
    }
}
