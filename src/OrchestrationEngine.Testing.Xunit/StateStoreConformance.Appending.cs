using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

public abstract partial class StateStoreConformance
{
    /// <summary>Order and content are kept, byte for byte.</summary>
    [Fact]
    public async Task Every_kind_of_fact_comes_back_as_it_was_stored()
    {
        Assert.Empty(EventSamples.Missing);
        var (store, run) = await WithRunAsync();
        var facts = Facts(2, [.. EventSamples.All]);
        await store.AppendAsync(new RunAppend(run, 1, facts, RunStatus.Running), CancellationToken.None);
        RequireSame(facts, await ReadAllAsync(store, run, 1));
    }

    /// <summary>Facts appended one by one come back in their order.</summary>
    [Fact]
    public async Task Facts_appended_one_after_the_other_come_back_in_order()
    {
        var (store, run) = await WithRunAsync();
        for (var version = 1; version < 200; version++)
        {
            await store.AppendAsync(Append(run, version), CancellationToken.None);
        }

        var journal = await ReadAllAsync(store, run);
        RequireNoGap(journal);
        RequireSame(Notes(2, 199), journal.Skip(1));
    }

    /// <summary>Nothing is rounded, whatever the date.</summary>
    [Fact]
    public async Task Times_keep_every_tick()
    {
        var (store, run) = await WithRunAsync();
        DateTimeOffset[] times =
        [
            Start,
            DateTimeOffset.UnixEpoch.AddTicks(-1),
            new DateTimeOffset(2026, 10, 25, 2, 30, 0, TimeSpan.FromHours(2)).AddTicks(1),
            DateTimeOffset.MinValue,
            DateTimeOffset.MaxValue,
        ];
        var facts = times.Select((time, i) => new RecordedEvent(2 + i, time, new RunStarted())).ToArray();
        await store.AppendAsync(new RunAppend(run, 1, facts, RunStatus.Running), CancellationToken.None);
        var read = await ReadAllAsync(store, run, 1);
        Assert.Equal(times.Select(time => time.UtcTicks), read.Select(recorded => recorded.Timestamp.UtcTicks));
    }

    /// <summary>A writer that has not seen the last facts is refused, and the error says where the run stands.</summary>
    [Fact]
    public async Task An_append_on_a_version_that_is_behind_is_refused_and_writes_nothing()
    {
        var (store, run) = await WithRunAsync(facts: 3);
        var before = await DescribeAsync(store, run);
        var refusal = await Assert.ThrowsAsync<ConcurrentAppendException>(async () => await store.AppendAsync(Append(run, 2), CancellationToken.None));
        Assert.Equal((run, 2, 3), (refusal.Run, refusal.ExpectedVersion, refusal.ActualVersion));
        Assert.Equal(before, await DescribeAsync(store, run));
    }

    /// <summary>A writer that has seen facts which are not there is refused.</summary>
    [Fact]
    public async Task An_append_on_a_version_that_is_ahead_is_refused_and_writes_nothing()
    {
        var (store, run) = await WithRunAsync(facts: 3);
        var before = await DescribeAsync(store, run);
        var refusal = await Assert.ThrowsAsync<ConcurrentAppendException>(async () => await store.AppendAsync(Append(run, 4), CancellationToken.None));
        Assert.Equal((run, 4, 3), (refusal.Run, refusal.ExpectedVersion, refusal.ActualVersion));
        Assert.Equal(before, await DescribeAsync(store, run));
        await store.AppendAsync(Append(run, 3), CancellationToken.None);
    }

    /// <summary>The version is a compare-and-swap.</summary>
    [Fact]
    public async Task Of_writers_that_expect_the_same_version_exactly_one_wins()
    {
        var (store, run) = await WithRunAsync();
        for (var version = 1; version <= 20; version++)
        {
            var expected = version;
            var wins = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
            {
                try
                {
                    await store.AppendAsync(new RunAppend(run, expected, Facts(expected + 1, new RunPaused { Reason = $"writer {writer}" }), RunStatus.Paused), CancellationToken.None);
                    return $"writer {writer}";
                }
                catch (ConcurrentAppendException refusal)
                {
                    Assert.Equal(expected + 1, refusal.ActualVersion);
                    return null;
                }
            }))).WaitAsync(Limit);
            var winner = Assert.Single(wins, win => win is not null);
            var last = Assert.Single(await ReadAllAsync(store, run, version));
            Assert.Equal(winner, Assert.IsType<RunPaused>(last.Event).Reason);
        }
    }

    /// <summary>Facts are numbered one after the other, from the version that is expected.</summary>
    [Fact]
    public async Task Facts_that_are_not_numbered_one_after_the_other_are_refused()
    {
        var (store, run) = await WithRunAsync();
        var before = await DescribeAsync(store, run);
        RecordedEvent[][] wrong = [[], Notes(3, 1), Notes(1, 1), [.. Notes(2, 1), .. Notes(4, 1)], [.. Notes(2, 1), .. Notes(2, 1)]];
        foreach (var facts in wrong)
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await store.AppendAsync(new RunAppend(run, 1, facts, RunStatus.Running), CancellationToken.None));
        }

        Assert.Equal(before, await DescribeAsync(store, run));
    }

    /// <summary>Canceled before the call means nothing written.</summary>
    [Fact]
    public async Task A_canceled_append_writes_nothing()
    {
        var (store, run) = await WithRunAsync();
        var before = await DescribeAsync(store, run);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.AppendAsync(Append(run, 1), new CancellationToken(canceled: true)));
        Assert.Equal(before, await DescribeAsync(store, run));
        await store.AppendAsync(Append(run, 1), CancellationToken.None);
    }

    /// <summary>Canceled while it is under way, an append says truly whether it was written.</summary>
    [Fact]
    public async Task An_append_that_is_canceled_on_its_way_is_written_or_says_that_it_is_not()
    {
        var store = await EmptyAsync();
        var runs = await CreateRunsAsync(store, 60);
        var written = await Task.WhenAll(runs.Select((run, i) => Task.Run(async () =>
        {
            using var cancellation = new CancellationTokenSource();
            var append = store.AppendAsync(Append(run, 1), cancellation.Token).AsTask();
            if (i % 3 > 0)
            {
                await cancellation.CancelAsync();
            }

            try
            {
                await append;
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }))).WaitAsync(Limit);
        for (var i = 0; i < runs.Count; i++)
        {
            Assert.Equal(written[i] ? 2 : 1, (await ReadAllAsync(store, runs[i])).Count);
            await store.AppendAsync(Append(runs[i], written[i] ? 2 : 1), CancellationToken.None);
        }
    }

    /// <summary>There is no run without a creation.</summary>
    [Fact]
    public async Task An_append_to_a_run_that_does_not_exist_is_refused()
    {
        var store = await EmptyAsync();
        var run = new RunId("nobody");
        var refusal = await Assert.ThrowsAsync<RunNotFoundException>(async () => await store.AppendAsync(Append(run, 0), CancellationToken.None));
        Assert.Equal(run, refusal.Run);
        Assert.Empty(await ReadAllAsync(store, run));
        Assert.Null(await store.FindAsync(run, CancellationToken.None));
    }

    /// <summary>What an agent returns may be large.</summary>
    [Fact]
    public async Task A_fact_of_five_megabytes_is_kept()
    {
        var (store, run) = await WithRunAsync();
        var output = JsonData.String(string.Concat(Enumerable.Repeat("0123456789abcde🎉", 300_000)));
        Assert.True(output.Length > 5_000_000);
        var facts = Facts(2, new AttemptSucceeded { Task = "a", Attempt = 1, Output = output }, new RunStarted());
        await store.AppendAsync(new RunAppend(run, 1, facts, RunStatus.Running), CancellationToken.None);
        var read = await ReadAllAsync(store, run, 1);
        Assert.Equal(output, Assert.IsType<AttemptSucceeded>(read[0].Event).Output);
        Assert.Equal(3, read[1].Sequence);
    }

    /// <summary>Writers of different runs do not get in each other's way.</summary>
    [Fact]
    public async Task Many_runs_appended_to_at_once_are_all_whole()
    {
        var store = await EmptyAsync();
        var runs = await CreateRunsAsync(store, 100);
        await Task.WhenAll(runs.Select((run, i) => Task.Run(async () =>
        {
            for (var version = 1; version < 40; version += 1 + (i % 3))
            {
                await store.AppendAsync(Append(run, version, 1 + (i % 3)), CancellationToken.None);
            }
        }))).WaitAsync(Limit);
        foreach (var run in runs)
        {
            var journal = await ReadAllAsync(store, run);
            RequireSame(Notes(2, journal.Count - 1), journal.Skip(1));
            Assert.Equal(journal.Count, (await store.FindAsync(run, CancellationToken.None))?.Version);
            Assert.True(journal.Count >= 40);
        }
    }

    /// <summary>A refused append leaves alone whatever is committed together with it.</summary>
    [Fact]
    public async Task Appends_that_are_refused_do_not_take_others_down()
    {
        var store = await EmptyAsync();
        var runs = await CreateRunsAsync(store, 60);
        var outcomes = await Task.WhenAll(runs.Select((run, i) => Task.Run(async () => await Record.ExceptionAsync(async () =>
            await store.AppendAsync(Append(i % 3 == 1 ? new RunId($"nobody {i}") : run, i % 3 == 2 ? 7 : 1), CancellationToken.None))))).WaitAsync(Limit);
        for (var i = 0; i < runs.Count; i++)
        {
            var expected = (i % 3) switch { 0 => null, 1 => typeof(RunNotFoundException), _ => typeof(ConcurrentAppendException) };
            Assert.Equal(expected, outcomes[i]?.GetType());
            Assert.Equal(i % 3 == 0 ? 2 : 1, (await ReadAllAsync(store, runs[i])).Count);
        }
    }

    /// <summary>The caller uses its memory again for the next append.</summary>
    [Fact]
    public async Task The_memory_of_an_append_is_the_callers_again()
    {
        var (store, run) = await WithRunAsync();
        var memory = new RecordedEvent[1];
        for (var version = 1; version < 10; version++)
        {
            memory[0] = Notes(version + 1, 1)[0];
            await store.AppendAsync(new RunAppend(run, version, memory, RunStatus.Running), CancellationToken.None);
        }

        RequireSame(Notes(2, 9), await ReadAllAsync(store, run, 1));
    }

    private static async Task<IReadOnlyList<RunId>> CreateRunsAsync(IStateStore store, int count)
    {
        var runs = new List<RunId>();
        for (var i = 0; i < count; i++)
        {
            runs.Add(await store.CreateAsync(NewRun($"run {i}"), CancellationToken.None));
        }

        return runs;
    }
}
