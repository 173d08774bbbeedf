using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

/// <summary>
/// What every <see cref="ISnapshotStore"/> must do. Derive a class from it in a test project and override
/// <see cref="StoreConformance.CreateEmptyAsync"/> with a store that has the ability.
/// </summary>
public abstract class SnapshotStoreConformance : StoreConformance
{
    /// <summary>The newest state is the one to go on from.</summary>
    [Fact]
    public async Task A_snapshot_takes_the_place_of_an_older_one()
    {
        var (store, run) = await WithRunAsync(facts: 5);
        var snapshots = Snapshots(store);
        Assert.Null(await LoadAsync(snapshots, run));
        await SaveAsync(snapshots, run, 2, "two 🎉");
        Assert.Equal((2, 7, "two 🎉"), await LoadAsync(snapshots, run));
        await SaveAsync(snapshots, run, 5, "five", format: 8);
        Assert.Equal((5, 8, "five"), await LoadAsync(snapshots, run));
    }

    /// <summary>A node that is late does not undo what a faster one has kept.</summary>
    [Fact]
    public async Task A_snapshot_that_is_older_than_the_one_kept_is_ignored()
    {
        var (store, run) = await WithRunAsync(facts: 5);
        var snapshots = Snapshots(store);
        await SaveAsync(snapshots, run, 4, "four");
        await SaveAsync(snapshots, run, 3, "three");
        Assert.Equal((4, 7, "four"), await LoadAsync(snapshots, run));
    }

    /// <summary>Each run has its own.</summary>
    [Fact]
    public async Task Snapshots_of_different_runs_do_not_meet()
    {
        var (store, run) = await WithRunAsync();
        var snapshots = Snapshots(store);
        var another = await store.CreateAsync(NewRun("RUN"), CancellationToken.None);
        await SaveAsync(snapshots, run, 1, "one");
        Assert.Null(await LoadAsync(snapshots, another));
        await SaveAsync(snapshots, another, 1, "another");
        Assert.Equal((1, 7, "one"), await LoadAsync(snapshots, run));
        Assert.Equal((1, 7, "another"), await LoadAsync(snapshots, another));
    }

    /// <summary>A state without a run is nobody's, and would never be removed.</summary>
    [Fact]
    public async Task A_snapshot_of_a_run_that_does_not_exist_is_ignored()
    {
        var (store, _) = await WithRunAsync();
        var snapshots = Snapshots(store);
        await SaveAsync(snapshots, new RunId("nobody"), 1, "one");
        Assert.Null(await LoadAsync(snapshots, new RunId("nobody")));
        await store.CreateAsync(NewRun("nobody"), CancellationToken.None);
        Assert.Null(await LoadAsync(snapshots, new RunId("nobody")));
    }

    /// <summary>A cache is a cache: without it everything is as it was.</summary>
    [Fact]
    public async Task All_snapshots_are_dropped_at_once_and_nothing_else_changes()
    {
        var (store, run) = await WithRunAsync(facts: 3);
        var snapshots = Snapshots(store);
        var another = await store.CreateAsync(NewRun("another"), CancellationToken.None);
        var before = (await DescribeAsync(store, run), await DescribeAsync(store, another));
        await SaveAsync(snapshots, run, 3, "three");
        await SaveAsync(snapshots, another, 1, "one");
        await snapshots.DeleteSnapshotsAsync(CancellationToken.None);
        Assert.Null(await LoadAsync(snapshots, run));
        Assert.Null(await LoadAsync(snapshots, another));
        Assert.Equal(before, (await DescribeAsync(store, run), await DescribeAsync(store, another)));

        // What is dropped does not stand in the way of an older state either.
        await SaveAsync(snapshots, run, 2, "two");
        Assert.Equal((2, 7, "two"), await LoadAsync(snapshots, run));
        await snapshots.DeleteSnapshotsAsync(CancellationToken.None);
        await snapshots.DeleteSnapshotsAsync(CancellationToken.None);
    }

    /// <summary>The state of a large run is large, and is any bytes.</summary>
    [Fact]
    public async Task A_snapshot_of_megabytes_comes_back_byte_for_byte()
    {
        var (store, run) = await WithRunAsync();
        var content = new byte[5_000_000];
        new Random(1).NextBytes(content);
        await Snapshots(store).SaveSnapshotAsync(new StateSnapshot(run, 1, int.MaxValue, content), CancellationToken.None);
        var loaded = await Snapshots(store).LoadSnapshotAsync(run, CancellationToken.None);
        Assert.Equal((run, 1, int.MaxValue), (loaded!.Run, loaded.Version, loaded.Format));
        Assert.True(loaded.Content.Span.SequenceEqual(content));

        await Snapshots(store).SaveSnapshotAsync(new StateSnapshot(run, 2, 1, default), CancellationToken.None);
        Assert.True((await Snapshots(store).LoadSnapshotAsync(run, CancellationToken.None))!.Content.IsEmpty);
    }

    /// <summary>The caller uses its memory again for the next state.</summary>
    [Fact]
    public async Task The_memory_of_a_snapshot_is_the_callers_again()
    {
        var (store, run) = await WithRunAsync();
        var content = "first"u8.ToArray();
        await Snapshots(store).SaveSnapshotAsync(new StateSnapshot(run, 1, 7, content), CancellationToken.None);
        "other"u8.CopyTo(content);
        Assert.Equal((1, 7, "first"), await LoadAsync(Snapshots(store), run));
    }

    /// <summary>What was acknowledged is there for the next process.</summary>
    [Fact]
    public async Task A_store_that_is_opened_again_has_its_snapshots()
    {
        var (store, run) = await WithRunAsync();
        await SaveAsync(Snapshots(store), run, 1, "one");
        store = Keep(await ReopenAsync(store));
        Assert.Equal((1, 7, "one"), await LoadAsync(Snapshots(store), run));
    }

    /// <summary>Of writers at the same time the one with the newest state wins.</summary>
    [Fact]
    public async Task Of_parallel_snapshots_of_one_run_the_newest_stays()
    {
        var (store, run) = await WithRunAsync();
        var snapshots = Snapshots(store);
        await Task.WhenAll(Enumerable.Range(1, 40).Select(i => Task.Run(() => SaveAsync(snapshots, run, 1 + (i * 7 % 41), $"{1 + (i * 7 % 41)}")))).WaitAsync(Limit);
        Assert.Equal((41, 7, "41"), await LoadAsync(snapshots, run));
    }

    /// <summary>Canceled before the call means nothing changed.</summary>
    [Fact]
    public async Task Canceled_calls_for_snapshots_change_nothing()
    {
        var (store, run) = await WithRunAsync();
        var snapshots = Snapshots(store);
        await SaveAsync(snapshots, run, 1, "one");
        var canceled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await snapshots.SaveSnapshotAsync(new StateSnapshot(run, 2, 7, default), canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await snapshots.LoadSnapshotAsync(run, canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await snapshots.DeleteSnapshotsAsync(canceled));
        Assert.Equal((1, 7, "one"), await LoadAsync(snapshots, run));
    }

    /// <summary>With a run goes its state.</summary>
    [Fact]
    public async Task A_purged_run_has_no_snapshot()
    {
        var (store, run) = await WithRunAsync();
        if (store is not IRetentionStore retention)
        {
            Assert.Skip("The store can't remove runs.");
            return;
        }

        await store.AppendAsync(Append(run, 1, status: RunStatus.Succeeded), CancellationToken.None);
        await SaveAsync(Snapshots(store), run, 2, "two");
        while (!(await retention.PurgeAsync(new PurgeRequest([run], Limit), CancellationToken.None)).IsDone)
        {
        }

        Assert.Null(await LoadAsync(Snapshots(store), run));
        await store.CreateAsync(NewRun("run"), CancellationToken.None);
        Assert.Null(await LoadAsync(Snapshots(store), run));
    }

    private static ISnapshotStore Snapshots(IStateStore store) => Assert.IsType<ISnapshotStore>(store, exactMatch: false);

    private static Task SaveAsync(ISnapshotStore store, RunId run, long version, string content, int format = 7)
        => store.SaveSnapshotAsync(new StateSnapshot(run, version, format, System.Text.Encoding.UTF8.GetBytes(content)), CancellationToken.None).AsTask();

    private static async Task<(long Version, int Format, string Content)?> LoadAsync(ISnapshotStore store, RunId run)
        => await store.LoadSnapshotAsync(run, CancellationToken.None) is { } snapshot
            ? (snapshot.Version, snapshot.Format, System.Text.Encoding.UTF8.GetString(snapshot.Content.Span))
            : null;
}
