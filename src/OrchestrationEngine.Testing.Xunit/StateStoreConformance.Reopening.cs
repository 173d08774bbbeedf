using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

public abstract partial class StateStoreConformance
{
    /// <summary>Leases, messages and answers outlive the process like facts do.</summary>
    [Fact]
    public async Task A_store_that_is_opened_again_has_its_nodes_leases_and_messages()
    {
        var store = await EmptyAsync();
        var (node, other) = (await JoinAsync(store, "a"), await JoinAsync(store, "b"));
        var held = await CreateOwnedAsync(store, "held", node);
        var (waiting, timed, due) = (await CreateOwnedAsync(store, "waiting", node), await CreateOwnedAsync(store, "timed", node), await CreateOwnedAsync(store, "due", node, "x"));
        Assert.True(await store.ReleaseAsync(new LeaseRelease(waiting, 1, null), CancellationToken.None));
        Assert.True(await store.ReleaseAsync(new LeaseRelease(timed, 1, Hour), CancellationToken.None));
        Assert.True(await store.ReleaseAsync(new LeaseRelease(due, 1, TimeSpan.Zero), CancellationToken.None));
        await store.PostAsync(Message(held, "1", "\"🎉\""), CancellationToken.None);
        await store.PostAsync(Message(held, "2"), CancellationToken.None);
        await store.AppendAsync(new RunAppend(held, 1, default, RunStatus.Running, 1) { Answers = [new InboxAnswer("2", "no")] }, CancellationToken.None);
        var nodes = await store.ListNodesAsync(CancellationToken.None);
        var runs = (await store.QueryAsync(new RunQuery(), CancellationToken.None)).Items;

        store = Keep(await ReopenAsync(store));
        Assert.Equal(nodes, await store.ListNodesAsync(CancellationToken.None));
        Assert.Equal(runs, (await store.QueryAsync(new RunQuery(), CancellationToken.None)).Items);
        Assert.Equal(new InboxAnswer("2", "no"), await store.FindAnswerAsync("2", CancellationToken.None));
        Assert.Equal(Message(held, "1", "\"🎉\""), Assert.Single(await store.ReadInboxAsync(node, 9, CancellationToken.None)));
        Assert.Empty((await AcquireAsync(store, other, 9, "y")).Runs);
        var leased = await AcquireAsync(store, other, 9, "x");
        Assert.Equal([new LeasedRun(due, 3)], leased.Runs);
        Assert.InRange(leased.NextDue!.Value, Hour - Limit, Hour);
        await Assert.ThrowsAsync<LeaseLostException>(async () => await store.AppendAsync(Append(held, 1) with { Epoch = 2 }, CancellationToken.None));
        await store.AppendAsync(Append(held, 1) with { Epoch = 1, Answers = [new InboxAnswer("1", null)] }, CancellationToken.None);
        Assert.True(await store.RenewAsync(new NodeHeartbeat(node), CancellationToken.None));
        Assert.True(await store.ReleaseAsync(new LeaseRelease(held, 1, TimeSpan.Zero), CancellationToken.None));

        // A stay after the opening is not taken for one before it.
        Assert.DoesNotContain(await JoinAsync(store, "a"), nodes.Select(entered => entered.Id));
        Assert.False(await store.RenewAsync(new NodeHeartbeat(node), CancellationToken.None));
    }

    /// <summary>Canceled before the call means nothing changed.</summary>
    [Fact]
    public async Task Canceled_calls_for_messages_change_nothing()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var run = await CreateOwnedAsync(store, "run", node);
        await store.PostAsync(Message(run, "1"), CancellationToken.None);
        var canceled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.PostAsync(Message(run, "2"), canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.ReadInboxAsync(node, 9, canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.FindAnswerAsync("1", canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await store.AppendAsync(Append(run, 1) with { Epoch = 1, Answers = [new InboxAnswer("1", null)] }, canceled));
        Assert.Equal(["1"], (await store.ReadInboxAsync(node, 9, CancellationToken.None)).Select(message => message.Id));
        Assert.Equal(1, (await RowAsync(store, run)).Version);
        Assert.Null(await store.FindAnswerAsync("1", CancellationToken.None));
    }
}
