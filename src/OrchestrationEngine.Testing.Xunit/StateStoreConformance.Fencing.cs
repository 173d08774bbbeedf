using System.Collections.Concurrent;
using System.Globalization;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

public abstract partial class StateStoreConformance
{
    /// <summary>Whoever counts epochs knows how often the run changed hands.</summary>
    [Fact]
    public async Task Every_beginning_and_every_end_of_a_lease_begins_an_epoch()
    {
        var (store, run) = await WithRunAsync();
        var (node, other) = (await JoinAsync(store, "a"), await JoinAsync(store, "b"));
        for (var epoch = 0; epoch < 20; epoch += 4)
        {
            Assert.Equal(epoch, (await RowAsync(store, run)).Epoch);
            Assert.Equal([new LeasedRun(run, epoch + 1)], (await AcquireAsync(store, node)).Runs);
            await store.AppendAsync(Append(run, (epoch / 2) + 1) with { Epoch = epoch + 1 }, CancellationToken.None);
            Assert.True(await store.ReleaseAsync(new LeaseRelease(run, epoch + 1, TimeSpan.Zero), CancellationToken.None));
            Assert.Equal((epoch + 2, null), ((await RowAsync(store, run)).Epoch, (await RowAsync(store, run)).Node));
            Assert.Equal([new LeasedRun(run, epoch + 3)], (await AcquireAsync(store, other)).Runs);
            await store.AppendAsync(Append(run, (epoch / 2) + 2) with { Epoch = epoch + 3 }, CancellationToken.None);
            Assert.Equal((epoch + 3, other), ((await RowAsync(store, run)).Epoch, (await RowAsync(store, run)).Node));
            Assert.True(await store.ReleaseAsync(new LeaseRelease(run, epoch + 3, TimeSpan.Zero), CancellationToken.None));
        }

        RequireNoGap(await ReadAllAsync(store, run));
    }

    /// <summary>Only the holder of the lease writes.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(long.MaxValue)]
    [InlineData(-3)]
    public async Task An_append_of_another_epoch_is_refused_and_changes_nothing(long epoch)
    {
        var store = await EmptyAsync();
        var (node, other) = (await JoinAsync(store, "a"), await JoinAsync(store, "b"));
        var run = await CreateOwnedAsync(store, "run", node);
        Assert.True(await store.ReleaseAsync(new LeaseRelease(run, 1, TimeSpan.Zero), CancellationToken.None));
        Assert.Equal([new LeasedRun(run, 3)], (await AcquireAsync(store, other)).Runs);
        var before = await DescribeAsync(store, run);
        foreach (var status in new[] { RunStatus.Running, RunStatus.Succeeded })
        {
            var refusal = await Assert.ThrowsAsync<LeaseLostException>(async () =>
                await store.AppendAsync(Append(run, 1, status: status) with { Epoch = epoch }, CancellationToken.None));
            Assert.Equal((run, epoch, 3), (refusal.Run, refusal.Epoch, refusal.CurrentEpoch));
        }

        Assert.Equal(before, await DescribeAsync(store, run));
        await store.AppendAsync(Append(run, 1) with { Epoch = 3 }, CancellationToken.None);
    }

    /// <summary>Who has lost the lease is told that, not that somebody else has written.</summary>
    [Fact]
    public async Task The_epoch_is_looked_at_before_the_version_and_the_messages()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var run = await CreateOwnedAsync(store, "run", node);
        await store.PostAsync(Message(run, "m"), CancellationToken.None);
        await store.AppendAsync(Append(run, 1) with { Epoch = 1, Answers = [new InboxAnswer("m", null)] }, CancellationToken.None);
        var before = await DescribeAsync(store, run);
        RunAppend[] stale =
        [
            Append(run, 1) with { Epoch = 2 },
            Append(run, 7) with { Epoch = 2 },
            Append(run, 2) with { Epoch = 2, Answers = [new InboxAnswer("m", null)] },
            new RunAppend(run, 2, default, RunStatus.Running, 2) { Answers = [new InboxAnswer("nothing", null)] },
        ];
        foreach (var append in stale)
        {
            await Assert.ThrowsAsync<LeaseLostException>(async () => await store.AppendAsync(append, CancellationToken.None));
        }

        await Assert.ThrowsAsync<ConcurrentAppendException>(async () => await store.AppendAsync(Append(run, 1) with { Epoch = 1 }, CancellationToken.None));
        Assert.Equal(before, await DescribeAsync(store, run));
    }

    /// <summary>A single writer that uses no leases is not held up by them.</summary>
    [Fact]
    public async Task Without_leases_a_run_is_written_in_its_first_epoch_until_somebody_acquires_it()
    {
        var (store, run) = await WithRunAsync();
        await store.AppendAsync(Append(run, 1), CancellationToken.None);
        await store.AppendAsync(Append(run, 2), CancellationToken.None);
        await AcquireAsync(store, await JoinAsync(store, "a"));
        await Assert.ThrowsAsync<LeaseLostException>(async () => await store.AppendAsync(Append(run, 3), CancellationToken.None));
        await store.AppendAsync(Append(run, 3) with { Epoch = 1 }, CancellationToken.None);
    }

    /// <summary>A paused process wakes up and finds that it is not the owner any more.</summary>
    [Fact]
    public async Task A_node_that_was_paused_can_not_write_over_its_successor()
    {
        var store = await EmptyAsync();
        var paused = await JoinAsync(store, "a", Short);
        var run = await CreateOwnedAsync(store, "run", paused);
        await store.AppendAsync(Append(run, 1) with { Epoch = 1 }, CancellationToken.None);
        await PassAsync(store, Short);
        var successor = await JoinAsync(store, "b");
        Assert.Equal([new LeasedRun(run, 3)], (await AcquireAsync(store, successor)).Runs);
        await Assert.ThrowsAsync<LeaseLostException>(async () => await store.AppendAsync(Append(run, 2) with { Epoch = 1 }, CancellationToken.None));
        await store.AppendAsync(Append(run, 2, count: 2) with { Epoch = 3 }, CancellationToken.None);
        await Assert.ThrowsAsync<LeaseLostException>(async () => await store.AppendAsync(Append(run, 4) with { Epoch = 1 }, CancellationToken.None));
        RequireSame(Notes(2, 3), await ReadAllAsync(store, run, 1));
    }

    /// <summary>Nodes that come at the same time share; none gets what another has.</summary>
    [Fact]
    public async Task No_run_is_given_to_two_of_many_nodes_that_acquire_at_the_same_time()
    {
        var store = await EmptyAsync();
        var runs = await CreateRunsAsync(store, 60);
        var nodes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => JoinAsync(store, $"node {i}")));
        var given = await Task.WhenAll(nodes.Select(node => Task.Run(async () =>
        {
            var mine = new List<LeasedRun>();
            while (await AcquireAsync(store, node, 3) is { Runs: { Count: > 0 } leased })
            {
                mine.AddRange(leased);
            }

            return mine;
        }))).WaitAsync(Limit);
        Assert.Equal(runs.Select(run => new LeasedRun(run, 1)).OrderBy(leased => leased.Run.Value), given.SelectMany(mine => mine).OrderBy(leased => leased.Run.Value));
        foreach (var (node, mine) in nodes.Zip(given))
        {
            Assert.Equal(mine.Count, (await NodeAsync(store, node))!.Runs);
            foreach (var leased in mine)
            {
                Assert.Equal(node, (await RowAsync(store, leased.Run)).Node);
            }
        }
    }

    /// <summary>Under load, with nodes that come back under their names while their former lives still write, each epoch has one writer.</summary>
    [Fact]
    public async Task Every_epoch_of_a_run_has_one_holder_whatever_happens_at_the_same_time()
    {
        const int Rounds = 12;
        var store = await EmptyAsync();
        var runs = await CreateRunsAsync(store, 8);
        var holders = new ConcurrentDictionary<LeasedRun, NodeId>();
        var (written, refused) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () =>
        {
            // Three names for six: each pair puts its other half out again and again.
            var name = $"node {i % 3}";
            var node = await JoinAsync(store, name);
            for (var round = 0; round < Rounds; round++)
            {
                try
                {
                    foreach (var leased in (await AcquireAsync(store, node, 3)).Runs)
                    {
                        Assert.True(holders.TryAdd(leased, node), $"{leased} was given to {node} and to {holders[leased]}.");
                        await WriteAsync(leased, node);
                    }

                    await store.RenewAsync(new NodeHeartbeat(node, round), CancellationToken.None);
                }
                catch (NodeExpiredException)
                {
                    node = await JoinAsync(store, name);
                }
            }
        }))).WaitAsync(Limit);
        Assert.True(written > Rounds, $"{written} appends, {refused} refusals.");
        foreach (var run in runs)
        {
            var journal = await ReadAllAsync(store, run);
            RequireNoGap(journal);
            var writers = journal.Skip(1).Select(recorded => ((RunPaused)recorded.Event).Reason!.Split('|')).ToList();
            Assert.All(writers, writer => Assert.Equal(holders[new LeasedRun(run, long.Parse(writer[0], CultureInfo.InvariantCulture))].Value, writer[1]));
            var epochs = writers.ConvertAll(writer => long.Parse(writer[0], CultureInfo.InvariantCulture));
            Assert.Equal(epochs.Order(), epochs);
            var row = await RowAsync(store, run);
            Assert.Equal(journal.Count, row.Version);
            Assert.True(row.Epoch >= holders.Keys.Where(leased => leased.Run == run).Select(leased => leased.Epoch).DefaultIfEmpty().Max());
        }

        async Task WriteAsync(LeasedRun leased, NodeId node)
        {
            try
            {
                for (var i = 0; i < 3; i++)
                {
                    var version = (await RowAsync(store, leased.Run)).Version;
                    var fact = Facts(version + 1, new RunPaused { Reason = $"{leased.Epoch}|{node}" });
                    await store.AppendAsync(new RunAppend(leased.Run, version, fact, RunStatus.Paused, leased.Epoch), CancellationToken.None);
                    Interlocked.Increment(ref written);
                }

                await store.ReleaseAsync(new LeaseRelease(leased.Run, leased.Epoch, TimeSpan.Zero), CancellationToken.None);
            }
            catch (LeaseLostException refusal)
            {
                Assert.True(refusal.CurrentEpoch > leased.Epoch, refusal.Message);
                Interlocked.Increment(ref refused);
            }
        }
    }
}
