using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

public abstract partial class StateStoreConformance
{
    /// <summary>A run that does not exist has an empty journal and no row.</summary>
    [Fact]
    public async Task A_run_that_does_not_exist_has_an_empty_journal()
    {
        var (store, _) = await WithRunAsync();
        Assert.Empty(await ReadAllAsync(store, new RunId("nobody")));
        Assert.Empty(await ReadAllAsync(store, new RunId("nobody"), 5));
        Assert.Null(await store.FindAsync(new RunId("nobody"), CancellationToken.None));
        Assert.Empty(await ReadAllAsync(store, new RunId("RUN")));
    }

    /// <summary>A reader goes on where it was.</summary>
    [Fact]
    public async Task Reading_after_a_number_gives_what_follows_it()
    {
        var (store, run) = await WithRunAsync();
        await store.AppendAsync(Append(run, 1, 9), CancellationToken.None);
        for (var after = 0; after <= 10; after++)
        {
            var journal = await ReadAllAsync(store, run, after);
            Assert.Equal(10 - after, journal.Count);
            RequireNoGap(journal, after);
        }

        Assert.Empty(await ReadAllAsync(store, run, 11));
        Assert.Empty(await ReadAllAsync(store, run, long.MaxValue));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ReadAllAsync(store, run, -1));
    }

    /// <summary>A journal of any length is read whole.</summary>
    [Fact]
    public async Task A_journal_of_thousands_of_facts_is_read_whole()
    {
        var (store, run) = await WithRunAsync();
        await store.AppendAsync(Append(run, 1, 9_999), CancellationToken.None);
        var journal = await ReadAllAsync(store, run);
        Assert.Equal(10_000, journal.Count);
        RequireNoGap(journal);
        RequireSame(Notes(2, 9_999), journal.Skip(1));
    }

    /// <summary>What was acknowledged is seen by every read that starts afterwards.</summary>
    [Fact]
    public async Task Reading_while_facts_are_appended_sees_all_that_were_acknowledged_and_has_no_gap()
    {
        var (store, run) = await WithRunAsync();
        var acknowledged = 1L;
        var writing = Task.Run(async () =>
        {
            for (var version = 1; version < 400; version += 2)
            {
                await store.AppendAsync(Append(run, version, 2), CancellationToken.None);
                Volatile.Write(ref acknowledged, version + 2);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            for (var last = 0L; last < 401;)
            {
                var least = Volatile.Read(ref acknowledged);
                var journal = await ReadAllAsync(store, run, last);
                RequireNoGap(journal, last);
                last += journal.Count;
                Assert.True(last >= least, $"{least} facts were acknowledged, {last} were seen.");
                Assert.True((await store.FindAsync(run, CancellationToken.None))?.Version >= last);
            }
        })).Append(writing)).WaitAsync(Limit);
    }

    /// <summary>A reader that takes its time holds up nobody.</summary>
    [Fact]
    public async Task A_reader_that_stops_in_the_middle_does_not_hold_up_writers_or_other_readers()
    {
        var (store, run) = await WithRunAsync();
        await store.AppendAsync(Append(run, 1, 3_000), CancellationToken.None);
        await using var slow = store.ReadAsync(run, 0, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await slow.MoveNextAsync());
        await store.AppendAsync(Append(run, 3_001, 10), CancellationToken.None).AsTask().WaitAsync(Limit);
        Assert.Equal(3_011, (await ReadAllAsync(store, run).WaitAsync(Limit)).Count);
        var seen = 1;
        while (await slow.MoveNextAsync())
        {
            Assert.Equal(++seen, slow.Current.Sequence);
        }

        Assert.True(seen >= 3_001);
    }

    /// <summary>A canceled read ends with an error, not as if the journal ended there.</summary>
    [Fact]
    public async Task A_canceled_read_says_so()
    {
        var (store, run) = await WithRunAsync(facts: 5);
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in store.ReadAsync(run, 0, cancellation.Token))
            {
                await cancellation.CancelAsync();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.FindAsync(run, cancellation.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.QueryAsync(new RunQuery(), cancellation.Token));
    }

    /// <summary>What was acknowledged is there for the next process.</summary>
    [Fact]
    public async Task A_store_that_is_opened_again_has_everything()
    {
        var store = await EmptyAsync();
        var runs = new List<RunId>();
        for (var i = 0; i < 5; i++)
        {
            var run = await store.CreateAsync(NewRun($"run {i}", $"key {i}"), CancellationToken.None);
            await store.AppendAsync(new RunAppend(run, 1, Facts(2, [.. EventSamples.All]), RunStatus.Paused), CancellationToken.None);
            runs.Add(run);
        }

        var before = await Task.WhenAll(runs.Select(run => DescribeAsync(store, run)));
        var listed = (await store.QueryAsync(new RunQuery(), CancellationToken.None)).Items;
        var reopened = Keep(await ReopenAsync(store));
        Assert.Equal(before, await Task.WhenAll(runs.Select(run => DescribeAsync(reopened, run))));
        Assert.Equal(listed, (await reopened.QueryAsync(new RunQuery(), CancellationToken.None)).Items);

        Assert.Equal(runs[2], await reopened.CreateAsync(NewRun("another", "key 2"), CancellationToken.None));
        await Assert.ThrowsAsync<RunExistsException>(async () => await reopened.CreateAsync(NewRun("run 3"), CancellationToken.None));
        await Assert.ThrowsAsync<ConcurrentAppendException>(async () => await reopened.AppendAsync(Append(runs[0], 1), CancellationToken.None));
        var version = 1 + EventSamples.All.Count;
        await reopened.AppendAsync(Append(runs[0], version), CancellationToken.None);
        RequireNoGap(await ReadAllAsync(reopened, runs[0]));
    }
}
