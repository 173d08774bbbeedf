using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

public abstract partial class StateStoreConformance
{
    /// <summary>What a run tells another is in the store as soon as its own facts are.</summary>
    [Fact]
    public async Task Messages_of_an_append_reach_their_runs_as_they_were_and_in_their_order()
    {
        var store = await EmptyAsync();
        var (node, other) = (await JoinAsync(store, "a"), await JoinAsync(store, "b"));
        var (sender, near) = (await CreateOwnedAsync(store, "sender", node), await CreateOwnedAsync(store, "near", node));
        var far = await CreateOwnedAsync(store, "rün 🎉", other);
        InboxMessage[] messages =
        [
            new() { Id = new string('é', 128), Run = far, Kind = "child 🎉", Payload = JsonData.Parse("{\"a\" : [ 1.50, \"🎉\", \"\\ud83c\\udf89\" ]}") },
            new() { Id = "1", Run = near, Kind = "pause" },
            new() { Id = "0", Run = far, Kind = "child", Payload = JsonData.String(new string('x', 100_000)) },
            new() { Id = "2", Run = far, Kind = "cancel" },
        ];
        await store.AppendAsync(Append(sender, 1, 2) with { Epoch = 1, Messages = messages }, CancellationToken.None);

        Assert.Equal(3, (await ReadAllAsync(store, sender)).Count);
        Assert.Equal(messages.Where(message => message.Run == far), await store.ReadInboxAsync(other, 10, CancellationToken.None));
        Assert.Equal(messages.Where(message => message.Run == near), await store.ReadInboxAsync(node, 10, CancellationToken.None));
        await store.AppendAsync(new RunAppend(far, 1, default, RunStatus.Running, 1) { Answers = [.. messages.Where(message => message.Run == far).Select(message => new InboxAnswer(message.Id, null))] }, CancellationToken.None);
        Assert.Equal(new InboxAnswer("2", null), await store.FindAnswerAsync("2", CancellationToken.None));
    }

    /// <summary>The facts and the messages are one commit: a refused append has told nobody anything.</summary>
    [Fact]
    public async Task A_refused_append_keeps_none_of_its_messages()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var (sender, target) = (await CreateOwnedAsync(store, "sender", node), await CreateOwnedAsync(store, "target", node));
        await store.AppendAsync(Append(sender, 1) with { Epoch = 1 }, CancellationToken.None);
        var before = (await DescribeAsync(store, sender), await DescribeAsync(store, target));
        RunAppend[] wrong =
        [
            Append(sender, 1) with { Epoch = 1 },
            Append(sender, 2) with { Epoch = 0 },
            Append(sender, 2) with { Epoch = 1, Answers = [new InboxAnswer("nothing", null)] },
            Append(new RunId("nobody"), 1),
            new RunAppend(sender, 1, default, RunStatus.Running, 1),
        ];
        foreach (var append in wrong)
        {
            await Assert.ThrowsAnyAsync<OrchestrationException>(async () => await store.AppendAsync(append with { Messages = [Message(target, "m")] }, CancellationToken.None));
        }

        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.AppendAsync(Append(sender, 2) with { Epoch = 1, Messages = [Message(target, "m")] }, canceled.Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.AppendAsync(new RunAppend(sender, 2, default, RunStatus.Running, 1) { Messages = [] }, CancellationToken.None));
        Assert.Equal(before, (await DescribeAsync(store, sender), await DescribeAsync(store, target)));
        Assert.Empty(await store.ReadInboxAsync(node, 10, CancellationToken.None));
    }

    /// <summary>A run may have something to say without a fact of its own.</summary>
    [Fact]
    public async Task An_append_may_have_messages_and_no_facts()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var (sender, target) = (await CreateOwnedAsync(store, "sender", node), await CreateOwnedAsync(store, "target", node));
        var before = await DescribeAsync(store, sender);
        await store.AppendAsync(new RunAppend(sender, 1, default, RunStatus.Pending, 1) { Messages = [Message(target, "m")] }, CancellationToken.None);
        Assert.Equal(before, await DescribeAsync(store, sender));
        Assert.Equal(["m"], (await store.ReadInboxAsync(node, 10, CancellationToken.None)).Select(message => message.Id));
    }

    /// <summary>There is nobody left whom it could concern, and the sender must not stumble over that.</summary>
    [Fact]
    public async Task A_message_of_an_append_to_a_run_that_does_not_exist_or_has_ended_is_dropped()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var (sender, target) = (await CreateOwnedAsync(store, "sender", node), await CreateOwnedAsync(store, "target", node));
        var version = 1L;
        foreach (var status in new[] { RunStatus.Succeeded, RunStatus.Failed, RunStatus.Quarantined, RunStatus.Canceled })
        {
            var ended = await CreateOwnedAsync(store, $"{status}", node);
            await store.AppendAsync(Append(ended, 1, status: status) with { Epoch = 1 }, CancellationToken.None);
            var message = Message(ended, $"to {status}");
            await store.AppendAsync(Append(sender, version++) with { Epoch = 1, Messages = [message, Message(target, $"with {status}")] }, CancellationToken.None);

            // It was never there, so its id is free.
            await store.PostAsync(message, CancellationToken.None);
        }

        await store.AppendAsync(Append(sender, version++) with { Epoch = 1, Messages = [Message(new RunId("nobody"), "to nobody"), Message(target, "with nobody")] }, CancellationToken.None);
        Assert.Equal(["with Succeeded", "with Failed", "with Quarantined", "with Canceled", "with nobody"], (await store.ReadInboxAsync(node, 10, CancellationToken.None)).Select(message => message.Id));
        Assert.Equal(4, (await AcquireAsync(store, node)).Runs.Count);

        // A run that ends with this very append has ended.
        await store.AppendAsync(Append(sender, version, status: RunStatus.Succeeded) with { Epoch = 1, Messages = [Message(sender, "to itself")] }, CancellationToken.None);
        Assert.Null((await RowAsync(store, sender)).Node);
        Assert.Empty((await AcquireAsync(store, node)).Runs);
    }

    /// <summary>A run that nobody has goes to whoever can read what it was told.</summary>
    [Fact]
    public async Task A_message_of_an_append_makes_a_run_without_a_lease_due()
    {
        var store = await EmptyAsync();
        var (node, other) = (await JoinAsync(store, "a"), await JoinAsync(store, "b"));
        var (sender, waiting) = (await CreateOwnedAsync(store, "sender", node), await CreateOwnedAsync(store, "waiting", other));
        Assert.True(await store.ReleaseAsync(new LeaseRelease(waiting, 1, null), CancellationToken.None));
        Assert.Empty((await AcquireAsync(store, other)).Runs);
        await store.AppendAsync(Append(sender, 1, status: RunStatus.Succeeded) with { Epoch = 1, Messages = [Message(waiting, "m")] }, CancellationToken.None);
        Assert.Equal([new LeasedRun(waiting, 3)], (await AcquireAsync(store, other)).Runs);
        Assert.Equal(["m"], (await store.ReadInboxAsync(other, 10, CancellationToken.None)).Select(message => message.Id));
    }

    /// <summary>The same append may be made again by a successor that does not know of the first.</summary>
    [Fact]
    public async Task A_message_of_an_append_whose_id_is_known_changes_nothing()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var (sender, target) = (await CreateOwnedAsync(store, "sender", node), await CreateOwnedAsync(store, "target", node));
        await store.PostAsync(Message(target, "posted", "1"), CancellationToken.None);
        await store.AppendAsync(
            Append(sender, 1) with { Epoch = 1, Messages = [Message(target, "posted", "2"), Message(target, "sent", "1"), Message(target, "sent", "2")] },
            CancellationToken.None);
        await store.AppendAsync(Append(sender, 2) with { Epoch = 1, Messages = [Message(target, "sent", "3")] }, CancellationToken.None);
        Assert.Equal([Message(target, "posted", "1"), Message(target, "sent", "1")], await store.ReadInboxAsync(node, 10, CancellationToken.None));

        await store.AppendAsync(new RunAppend(target, 1, default, RunStatus.Running, 1) { Answers = [new InboxAnswer("sent", null), new InboxAnswer("posted", null)] }, CancellationToken.None);
        Assert.True(await store.ReleaseAsync(new LeaseRelease(target, 1, null), CancellationToken.None));
        await store.AppendAsync(Append(sender, 3) with { Epoch = 1, Messages = [Message(target, "sent", "4")] }, CancellationToken.None);
        Assert.Empty((await AcquireAsync(store, node)).Runs);
    }

    /// <summary>Parent and child may tell each other something at the same moment, and many children their parent.</summary>
    [Fact]
    public async Task Runs_that_tell_each_other_something_at_once_all_get_through()
    {
        const int Runs = 12;
        const int Rounds = 8;
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var runs = new List<RunId>();
        for (var i = 0; i < Runs; i++)
        {
            runs.Add(await CreateOwnedAsync(store, $"run {i}", node));
        }

        await Task.WhenAll(runs.Select((run, i) => Task.Run(async () =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                // To the run beside it, which answers in kind, and to one that all of them tell.
                InboxMessage[] messages = [Message(runs[i ^ 1], $"{i} {round}"), Message(runs[^1], $"{i} {round} to all")];
                await store.AppendAsync(Append(run, 1 + round) with { Epoch = 1, Messages = messages }, CancellationToken.None);
            }
        }))).WaitAsync(Limit);

        var mail = await store.ReadInboxAsync(node, 1000, CancellationToken.None);
        Assert.Equal(2 * Runs * Rounds, mail.Count);
        Assert.All(runs.SkipLast(1), (run, i) => Assert.Equal(Enumerable.Range(0, Rounds).Select(round => $"{i ^ 1} {round}"), mail.Where(message => message.Run == run).Select(message => message.Id)));
    }
}
