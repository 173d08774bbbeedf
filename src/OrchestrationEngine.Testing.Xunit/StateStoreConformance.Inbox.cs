using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

public abstract partial class StateStoreConformance
{
    /// <summary>What is posted on any node reaches the owner, as it was.</summary>
    [Fact]
    public async Task A_message_reaches_the_owner_of_the_run_as_it_was_posted()
    {
        var store = await EmptyAsync();
        var (owner, other) = (await JoinAsync(store, "a"), await JoinAsync(store, "b"));
        var run = await CreateOwnedAsync(store, "rün 🎉", owner);
        InboxMessage[] messages =
        [
            new() { Id = new string('é', 128), Run = run, Kind = "signal 🎉", Payload = JsonData.Parse("{\"a\" : [ 1.50, \"🎉\", \"\\ud83c\\udf89\" ]}") },
            new() { Id = EventSamples.Text, Run = run, Kind = "pause" },
            new() { Id = "M", Run = run, Kind = "pause", Payload = JsonData.String(new string('x', 100_000)) },
            new() { Id = "m", Run = run, Kind = "pause" },
        ];
        foreach (var message in messages)
        {
            await store.PostAsync(message, CancellationToken.None);
        }

        Assert.Equal(messages, await store.ReadInboxAsync(owner, 10, CancellationToken.None));
        Assert.Equal(messages, await store.ReadInboxAsync(owner, 10, CancellationToken.None));
        Assert.Equal(messages.Take(2), await store.ReadInboxAsync(owner, 2, CancellationToken.None));
        Assert.Empty(await store.ReadInboxAsync(other, 10, CancellationToken.None));
        Assert.Null(await store.FindAnswerAsync("m", CancellationToken.None));
    }

    /// <summary>A message waits for whoever gets the run; one to another run is no business of the owner's.</summary>
    [Fact]
    public async Task Messages_to_runs_without_a_lease_are_read_by_who_acquires_them()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var (second, first) = (await store.CreateAsync(NewRun("second"), CancellationToken.None), await CreateOwnedAsync(store, "first", node));
        await store.PostAsync(Message(second, "1"), CancellationToken.None);
        await store.PostAsync(Message(first, "2"), CancellationToken.None);
        await store.PostAsync(Message(second, "3"), CancellationToken.None);
        Assert.Equal(["2"], await ReadAsync(9));
        await AcquireAsync(store, node);
        Assert.Equal(["1", "2", "3"], (await ReadAsync(9)).Order());
        Assert.Equal(["1"], await ReadAsync(1));
        Assert.Equal(["1", "3"], (await ReadAsync(9)).Where(id => id != "2"));

        async Task<IEnumerable<string>> ReadAsync(int max) => (await store.ReadInboxAsync(node, max, CancellationToken.None)).Select(message => message.Id);
    }

    /// <summary>The same post may come twice.</summary>
    [Fact]
    public async Task A_message_posted_again_changes_nothing()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var (run, another) = (await CreateOwnedAsync(store, "run", node), await CreateOwnedAsync(store, "another", node));
        await store.PostAsync(Message(run, "m", "1"), CancellationToken.None);
        await store.PostAsync(Message(run, "m", "2"), CancellationToken.None);
        await store.PostAsync(Message(another, "m", "3"), CancellationToken.None);
        Assert.Equal(Message(run, "m", "1"), Assert.Single(await store.ReadInboxAsync(node, 9, CancellationToken.None)));

        await store.AppendAsync(new RunAppend(run, 1, default, RunStatus.Running, 1) { Answers = [new InboxAnswer("m", "no")] }, CancellationToken.None);
        Assert.True(await store.ReleaseAsync(new LeaseRelease(run, 1, null), CancellationToken.None));
        await store.PostAsync(Message(run, "m", "1"), CancellationToken.None);
        Assert.Equal((0, false, null), await TakeAllAsync(store, node));
        Assert.Equal(new InboxAnswer("m", "no"), await store.FindAnswerAsync("m", CancellationToken.None));
    }

    /// <summary>However many ask at once, it is asked once.</summary>
    [Fact]
    public async Task Of_parallel_posts_of_one_message_one_is_kept()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var run = await CreateOwnedAsync(store, "run", node);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () => await store.PostAsync(Message(run, $"m{i % 10}"), CancellationToken.None)))).WaitAsync(Limit);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"m{i}"), (await store.ReadInboxAsync(node, 99, CancellationToken.None)).Select(message => message.Id).Order());
    }

    /// <summary>There is nobody to answer.</summary>
    [Fact]
    public async Task A_message_to_a_run_that_does_not_exist_is_refused()
    {
        var (store, run) = await WithRunAsync();
        var refusal = await Assert.ThrowsAsync<RunNotFoundException>(async () => await store.PostAsync(Message(new RunId("nobody"), "m"), CancellationToken.None));
        Assert.Equal("nobody", refusal.Run.Value);
        await store.PostAsync(Message(run, "m"), CancellationToken.None);
        var node = await JoinAsync(store, "a");
        await AcquireAsync(store, node);
        Assert.Equal(run, Assert.Single(await store.ReadInboxAsync(node, 9, CancellationToken.None)).Run);
    }

    /// <summary>A run that has ended still answers: with a refusal, or by going on.</summary>
    [Fact]
    public async Task A_message_makes_a_run_due_that_waits_or_has_ended()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var run = await CreateOwnedAsync(store, "run", node);
        await store.AppendAsync(Append(run, 1, status: RunStatus.Failed) with { Epoch = 1 }, CancellationToken.None);
        await store.PostAsync(Message(run, "1"), CancellationToken.None);
        await store.PostAsync(Message(run, "2"), CancellationToken.None);
        await store.PostAsync(Message(run, "3"), CancellationToken.None);
        Assert.Equal([new LeasedRun(run, 3)], (await AcquireAsync(store, node)).Runs);

        // The refusal ends the lease by itself, for the run has ended; the next message makes it due again.
        await store.AppendAsync(new RunAppend(run, 2, default, RunStatus.Failed, 3) { Answers = [new InboxAnswer("1", "it has ended")] }, CancellationToken.None);
        Assert.Equal((4, null), ((await RowAsync(store, run)).Epoch, (await RowAsync(store, run)).Node));
        Assert.Equal([new LeasedRun(run, 5)], (await AcquireAsync(store, node)).Runs);
        await store.AppendAsync(Append(run, 2) with { Epoch = 5, Answers = [new InboxAnswer("2", null)] }, CancellationToken.None);
        var row = await RowAsync(store, run);
        Assert.Equal((RunStatus.Running, 5, node), (row.Status, row.Epoch, row.Node));
        await store.AppendAsync(Append(run, 3, status: RunStatus.Failed) with { Epoch = 5, Answers = [new InboxAnswer("3", null)] }, CancellationToken.None);
        Assert.Equal((0, false, null), await TakeAllAsync(store, node));
    }

    /// <summary>A message that nobody has answered keeps the run due, whatever its holder thinks.</summary>
    [Fact]
    public async Task A_run_with_an_unanswered_message_is_due_at_once_however_its_lease_ends()
    {
        var store = await EmptyAsync();
        var (leaving, node) = (await JoinAsync(store, "a"), await JoinAsync(store, "b"));
        foreach (var name in new[] { "released", "ended", "left" })
        {
            var run = await CreateOwnedAsync(store, name, leaving);
            await store.PostAsync(Message(run, name), CancellationToken.None);
        }

        Assert.True(await store.ReleaseAsync(new LeaseRelease(new RunId("released"), 1, Hour), CancellationToken.None));
        await store.AppendAsync(Append(new RunId("ended"), 1, status: RunStatus.Succeeded) with { Epoch = 1 }, CancellationToken.None);
        Assert.Equal(["ended", "released"], (await AcquireAsync(store, node)).Runs.Select(leased => leased.Run.Value).Order());
        await store.LeaveAsync(leaving, CancellationToken.None);
        Assert.Equal(["left"], (await AcquireAsync(store, node)).Runs.Select(leased => leased.Run.Value));

        // Acquired for its message and lost again before the answer: an ended run, too, goes to the next.
        await store.LeaveAsync(node, CancellationToken.None);
        var last = await JoinAsync(store, "c");
        Assert.Equal(["ended", "left", "released"], (await AcquireAsync(store, last)).Runs.Select(leased => leased.Run.Value).Order());
        Assert.Equal(3, (await store.ReadInboxAsync(last, 9, CancellationToken.None)).Count);
    }

    /// <summary>The answer is kept with the facts that the message made.</summary>
    [Fact]
    public async Task Answers_are_stored_with_facts_and_without()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var run = await CreateOwnedAsync(store, "run", node);
        foreach (var id in new[] { "1", "2", "3", "4" })
        {
            await store.PostAsync(Message(run, id), CancellationToken.None);
        }

        await store.AppendAsync(Append(run, 1, 2) with { Epoch = 1, Answers = [new InboxAnswer("3", null), new InboxAnswer("1", EventSamples.Text)] }, CancellationToken.None);
        var before = await RowAsync(store, run);
        await store.AppendAsync(new RunAppend(run, 3, default, RunStatus.Running, 1) { Answers = [new InboxAnswer("2", "")] }, CancellationToken.None);
        Assert.Equal(before, await RowAsync(store, run));
        Assert.Equal(3, (await ReadAllAsync(store, run)).Count);
        Assert.Equal(["4"], (await store.ReadInboxAsync(node, 9, CancellationToken.None)).Select(message => message.Id));
        Assert.Equal(new InboxAnswer("1", EventSamples.Text), await store.FindAnswerAsync("1", CancellationToken.None));
        Assert.Equal(new InboxAnswer("2", ""), await store.FindAnswerAsync("2", CancellationToken.None));
        Assert.Equal(new InboxAnswer("3", null), await store.FindAnswerAsync("3", CancellationToken.None));
        Assert.Null(await store.FindAnswerAsync("4", CancellationToken.None));
        Assert.Null(await store.FindAnswerAsync("nothing", CancellationToken.None));
        await store.AppendAsync(Append(run, 3) with { Epoch = 1, Answers = [] }, CancellationToken.None);
    }

    /// <summary>A message is carried out once.</summary>
    [Fact]
    public async Task An_append_that_answers_what_is_answered_or_is_not_the_runs_is_refused_whole()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var (run, another) = (await CreateOwnedAsync(store, "run", node), await CreateOwnedAsync(store, "another", node));
        await store.PostAsync(Message(run, "answered"), CancellationToken.None);
        await store.PostAsync(Message(run, "open"), CancellationToken.None);
        await store.PostAsync(Message(another, "another's"), CancellationToken.None);
        await store.AppendAsync(new RunAppend(run, 1, default, RunStatus.Running, 1) { Answers = [new InboxAnswer("answered", null)] }, CancellationToken.None);
        var before = await DescribeAsync(store, run);
        foreach (var wrong in new[] { "answered", "another's", "nothing" })
        {
            InboxAnswer[] answers = [new("open", "not now"), new(wrong, "no")];
            var refusal = await Assert.ThrowsAsync<InboxAnsweredException>(async () => await store.AppendAsync(Append(run, 1) with { Epoch = 1, Answers = answers }, CancellationToken.None));
            Assert.Equal((run, wrong), (refusal.Run, refusal.MessageId));
            await Assert.ThrowsAsync<InboxAnsweredException>(async () =>
                await store.AppendAsync(new RunAppend(run, 1, default, RunStatus.Succeeded, 1) { Answers = answers }, CancellationToken.None));
        }

        Assert.Equal(before, await DescribeAsync(store, run));
        Assert.Equal(["another's", "open"], (await store.ReadInboxAsync(node, 9, CancellationToken.None)).Select(message => message.Id).Order());
        Assert.Equal(new InboxAnswer("answered", null), await store.FindAnswerAsync("answered", CancellationToken.None));
        await store.AppendAsync(Append(run, 1) with { Epoch = 1, Answers = [new InboxAnswer("open", null)] }, CancellationToken.None);
    }

    /// <summary>Two that answer the same at once: one of them did it.</summary>
    [Fact]
    public async Task Of_parallel_answers_to_one_message_one_is_kept()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var run = await CreateOwnedAsync(store, "run", node);
        for (var round = 0; round < 10; round++)
        {
            var id = $"m{round}";
            await store.PostAsync(Message(run, id), CancellationToken.None);
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () => await Record.ExceptionAsync(async () =>
                await store.AppendAsync(new RunAppend(run, 1, default, RunStatus.Running, 1) { Answers = [new InboxAnswer(id, $"{i}")] }, CancellationToken.None))))).WaitAsync(Limit);
            var winner = Array.IndexOf(outcomes, null);
            Assert.All(outcomes.Where((_, i) => i != winner), refusal => Assert.IsType<InboxAnsweredException>(refusal));
            Assert.Equal(new InboxAnswer(id, $"{winner}"), await store.FindAnswerAsync(id, CancellationToken.None));
        }
    }
}
