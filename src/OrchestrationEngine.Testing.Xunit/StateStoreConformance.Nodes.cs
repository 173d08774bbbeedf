using System.Diagnostics;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

public abstract partial class StateStoreConformance
{
    /// <summary>What a node says of itself is what others see.</summary>
    [Fact]
    public async Task A_node_that_has_joined_is_listed_with_what_it_said()
    {
        var store = await EmptyAsync();
        var registration = new NodeRegistration { Name = "nöde 🎉 'x'", LeaseDuration = Hour, MaxRuns = 7, MaxAttempts = 3 };
        var id = await store.JoinAsync(registration, CancellationToken.None);
        Assert.StartsWith(registration.Name, id.Value, StringComparison.Ordinal);
        var node = Assert.Single(await store.ListNodesAsync(CancellationToken.None));
        Assert.Equal((id, registration.Name, 0, 7, 0, 3, false), (node.Id, node.Name, node.Runs, node.MaxRuns, node.Attempts, node.MaxAttempts, node.IsDraining));
        Assert.Equal(node.JoinedAt, node.RenewedAt);
        Assert.Equal(Hour, node.ExpiresAt - node.RenewedAt);
    }

    /// <summary>The list has an order of its own, letter by letter.</summary>
    [Fact]
    public async Task Nodes_are_listed_by_name()
    {
        var store = await EmptyAsync();
        foreach (var name in new[] { "b", "é", "a", "B", "a 2", "ab" })
        {
            await JoinAsync(store, name);
        }

        Assert.Equal(["B", "a", "a 2", "ab", "b", "é"], (await store.ListNodesAsync(CancellationToken.None)).Select(node => node.Name));
    }

    /// <summary>A heartbeat carries the load.</summary>
    [Fact]
    public async Task A_renewal_notes_the_load_and_puts_the_end_off()
    {
        var store = await EmptyAsync();
        var id = await JoinAsync(store, "a");
        var before = (await NodeAsync(store, id))!;
        await PassAsync(store, Moment);
        Assert.True(await store.RenewAsync(new NodeHeartbeat(id, Attempts: 4, IsDraining: true), CancellationToken.None));
        var after = (await NodeAsync(store, id))!;
        Assert.True(after.RenewedAt >= before.RenewedAt + Moment);
        Assert.Equal(before with { RenewedAt = after.RenewedAt, ExpiresAt = after.RenewedAt + Hour, Attempts = 4, IsDraining = true }, after);
        Assert.True(await store.RenewAsync(new NodeHeartbeat(id), CancellationToken.None));
        Assert.Equal((0, false), ((await NodeAsync(store, id))!.Attempts, (await NodeAsync(store, id))!.IsDraining));
    }

    /// <summary>Who leaves gives everything back.</summary>
    [Fact]
    public async Task A_node_that_leaves_is_out_and_its_runs_are_due_at_once()
    {
        var store = await EmptyAsync();
        var (leaving, other) = (await JoinAsync(store, "a"), await JoinAsync(store, "b"));
        var run = await CreateOwnedAsync(store, "run", leaving);
        await store.LeaveAsync(leaving, CancellationToken.None);
        await RequireOutAsync(store, leaving, run, epoch: 1);
        Assert.Equal((2, null), ((await RowAsync(store, run)).Epoch, (await RowAsync(store, run)).Node));
        await store.LeaveAsync(leaving, CancellationToken.None);
        Assert.Equal(2, (await RowAsync(store, run)).Epoch);
        Assert.Equal([new LeasedRun(run, 3)], (await AcquireAsync(store, other)).Runs);
    }

    /// <summary>A process that comes back need not wait for its former life to expire.</summary>
    [Fact]
    public async Task Joining_with_a_name_in_use_puts_the_former_out_and_ends_its_leases()
    {
        var store = await EmptyAsync();
        var former = await JoinAsync(store, "a");
        var run = await CreateOwnedAsync(store, "run", former);
        var next = await JoinAsync(store, "a");
        Assert.NotEqual(former, next);
        await RequireOutAsync(store, former, run, epoch: 1);
        Assert.Equal([new LeasedRun(run, 3)], (await AcquireAsync(store, next)).Runs);

        await store.LeaveAsync(former, CancellationToken.None);
        Assert.Equal(next, Assert.Single(await store.ListNodesAsync(CancellationToken.None)).Id);
        Assert.Equal((3, next), ((await RowAsync(store, run)).Epoch, (await RowAsync(store, run)).Node));
    }

    /// <summary>A name is one node's, whoever comes at the same time.</summary>
    [Fact]
    public async Task Of_nodes_that_join_with_one_name_at_the_same_time_one_stays()
    {
        var store = await EmptyAsync();
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => JoinAsync(store, "a")))).WaitAsync(Limit);
        Assert.Equal(8, ids.Distinct().Count());
        var node = Assert.Single(await store.ListNodesAsync(CancellationToken.None));
        foreach (var id in ids)
        {
            Assert.Equal(id == node.Id, await store.RenewAsync(new NodeHeartbeat(id), CancellationToken.None));
        }
    }

    /// <summary>A node that is alone survives a pause of any length; with others its work goes on elsewhere.</summary>
    [Fact]
    public async Task A_node_whose_time_is_over_is_put_out_by_another_that_acquires_and_not_before()
    {
        var store = await EmptyAsync();
        var paused = await JoinAsync(store, "a", Short);
        var run = await CreateOwnedAsync(store, "run", paused);
        await PassAsync(store, Short);
        Assert.NotNull(await NodeAsync(store, paused));
        Assert.Empty((await AcquireAsync(store, paused)).Runs);
        await store.AppendAsync(Append(run, 1) with { Epoch = 1 }, CancellationToken.None);
        Assert.True(await store.RenewAsync(new NodeHeartbeat(paused), CancellationToken.None));

        var other = await JoinAsync(store, "b");
        await PassAsync(store, Short);
        Assert.Equal([new LeasedRun(run, 3)], (await AcquireAsync(store, other)).Runs);
        await RequireOutAsync(store, paused, run, epoch: 1);
        Assert.Equal([other], (await store.ListNodesAsync(CancellationToken.None)).Select(node => node.Id));
    }

    /// <summary>Asking for nothing puts out who is gone as well.</summary>
    [Fact]
    public async Task Acquiring_no_run_puts_out_nodes_whose_time_is_over()
    {
        var store = await EmptyAsync();
        var paused = await JoinAsync(store, "a", Short);
        var run = await CreateOwnedAsync(store, "run", paused);
        await PassAsync(store, Short);
        var asked = await AcquireAsync(store, await JoinAsync(store, "b"), maxRuns: 0);
        Assert.Empty(asked.Runs);
        Assert.True(asked.MoreDue);
        await RequireOutAsync(store, paused, run, epoch: 1);
    }

    /// <summary>A lease that is renewed goes on past its first length.</summary>
    [Fact]
    public async Task A_node_that_renews_in_time_keeps_its_runs()
    {
        var store = await EmptyAsync();
        var (node, other) = (await JoinAsync(store, "a", Short), await JoinAsync(store, "b"));
        await CreateOwnedAsync(store, "run", node);
        var joined = (await NodeAsync(store, node))!.JoinedAt;
        var silent = Stopwatch.StartNew();
        for (var rounds = 0; rounds < 3 || (await NodeAsync(store, node))!.RenewedAt < joined + (2 * Short); rounds++)
        {
            await PassAsync(store, Short / 2);
            var renewed = await store.RenewAsync(new NodeHeartbeat(node), CancellationToken.None);
            var taken = (await AcquireAsync(store, other)).Runs;
            if (!renewed || taken.Count > 0)
            {
                Assert.True(silent.Elapsed >= Short, "The run was taken from a node that renewed in time.");
                Assert.Skip($"This machine stood still for {silent.Elapsed}, longer than the lease.");
            }

            silent.Restart();
        }
    }

    /// <summary>An id that was never given out, or not by this store, has nothing.</summary>
    [Fact]
    public async Task A_node_that_never_joined_has_nothing()
    {
        var (store, run) = await WithRunAsync();
        await RequireOutAsync(store, new NodeId("nobody/1"), run, epoch: 1);
        await store.LeaveAsync(new NodeId("nobody/1"), CancellationToken.None);
        Assert.Empty(await store.ListNodesAsync(CancellationToken.None));
    }

    /// <summary>Nobody joins for no time, or without a name.</summary>
    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        var store = await EmptyAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(() => JoinAsync(store, ""));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => JoinAsync(store, "a", TimeSpan.Zero));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => JoinAsync(store, "a", -Hour));
        var node = await JoinAsync(store, "a");
        await Assert.ThrowsAnyAsync<ArgumentException>(() => AcquireAsync(store, node, maxRuns: -1));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.ReadInboxAsync(node, 0, CancellationToken.None));
    }

    /// <summary>There is no time after the last.</summary>
    [Fact]
    public async Task What_lasts_longer_than_time_lasts_for_ever()
    {
        var store = await EmptyAsync();
        var (node, other) = (await JoinAsync(store, "a", TimeSpan.MaxValue), await JoinAsync(store, "b", TimeSpan.MaxValue));
        await CreateOwnedAsync(store, "held", node);
        var released = await CreateOwnedAsync(store, "released", node);
        Assert.True(await store.RenewAsync(new NodeHeartbeat(node), CancellationToken.None));
        Assert.True(await store.ReleaseAsync(new LeaseRelease(released, 1, TimeSpan.MaxValue), CancellationToken.None));
        await PassAsync(store, Moment);
        Assert.Empty((await AcquireAsync(store, other)).Runs);
        Assert.True((await NodeAsync(store, node))!.ExpiresAt > DateTimeOffset.UnixEpoch.AddYears(1000));
    }

    /// <summary>Canceled before the call means nothing changed.</summary>
    [Fact]
    public async Task Canceled_calls_for_nodes_and_leases_change_nothing()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var held = await CreateOwnedAsync(store, "held", node);
        var due = await store.CreateAsync(NewRun("due"), CancellationToken.None);
        var before = (await NodeAsync(store, node), await DescribeAsync(store, held), await DescribeAsync(store, due));
        await PassAsync(store, Moment);
        var canceled = new CancellationToken(canceled: true);
        Func<Task>[] calls =
        [
            async () => await store.JoinAsync(new NodeRegistration { Name = "a", LeaseDuration = Hour }, canceled),
            async () => await store.RenewAsync(new NodeHeartbeat(node, Attempts: 9), canceled),
            async () => await store.LeaveAsync(node, canceled),
            async () => await store.AcquireAsync(new LeaseRequest { Node = node, MaxRuns = 5 }, canceled),
            async () => await store.ReleaseAsync(new LeaseRelease(held, 1, TimeSpan.Zero), canceled),
            async () => await store.ListNodesAsync(canceled),
        ];
        foreach (var call in calls)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(call);
        }

        Assert.Equal(before, (await NodeAsync(store, node), await DescribeAsync(store, held), await DescribeAsync(store, due)));
    }

    private static async Task<RunId> CreateOwnedAsync(IStateStore store, string id, NodeId owner, params string[] agents)
        => await store.CreateAsync(NewRun(id) with { Owner = owner, Agents = agents }, CancellationToken.None);

    /// <summary>A node that is out can do nothing, neither to runs nor for itself.</summary>
    private static async Task RequireOutAsync(IStateStore store, NodeId node, RunId run, long epoch)
    {
        var before = await DescribeAsync(store, run);
        Assert.Null(await NodeAsync(store, node));
        Assert.False(await store.RenewAsync(new NodeHeartbeat(node), CancellationToken.None));
        Assert.Equal(node, (await Assert.ThrowsAsync<NodeExpiredException>(() => AcquireAsync(store, node))).Node);
        Assert.Empty(await store.ReadInboxAsync(node, 10, CancellationToken.None));
        Assert.False(await store.ReleaseAsync(new LeaseRelease(run, epoch, null), CancellationToken.None));
        await Assert.ThrowsAsync<LeaseLostException>(async () => await store.AppendAsync(Append(run, 1) with { Epoch = epoch }, CancellationToken.None));
        var creation = NewRun($"of {node}", $"key of {node}") with { Owner = node };
        Assert.Equal(node, (await Assert.ThrowsAsync<NodeExpiredException>(async () => await store.CreateAsync(creation, CancellationToken.None))).Node);
        Assert.Null(await store.FindAsync(creation.Id, CancellationToken.None));
        Assert.Empty((await store.QueryAsync(new RunQuery { BusinessKey = creation.BusinessKey }, CancellationToken.None)).Items);
        Assert.Equal(before, await DescribeAsync(store, run));
    }
}
