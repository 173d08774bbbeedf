using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

public abstract partial class StateStoreConformance
{
    /// <summary>A run that nobody owns waits for whoever comes first.</summary>
    [Fact]
    public async Task A_run_created_without_an_owner_is_due_at_once()
    {
        var (store, run) = await WithRunAsync();
        Assert.Equal((0, null), ((await RowAsync(store, run)).Epoch, (await RowAsync(store, run)).Node));
        var (node, other) = (await JoinAsync(store, "a"), await JoinAsync(store, "b"));
        var leased = await AcquireAsync(store, node);
        Assert.Equal([new LeasedRun(run, 1)], leased.Runs);
        Assert.Equal((false, null), (leased.MoreDue, leased.NextDue));
        Assert.Equal((1, node), ((await RowAsync(store, run)).Epoch, (await RowAsync(store, run)).Node));
        Assert.Equal((1, 0), ((await NodeAsync(store, node))!.Runs, (await NodeAsync(store, other))!.Runs));
        Assert.Empty((await AcquireAsync(store, other)).Runs);
        Assert.Empty((await AcquireAsync(store, node)).Runs);
    }

    /// <summary>A run that is started on a node is the node's from its first fact on.</summary>
    [Fact]
    public async Task A_run_created_with_an_owner_is_the_owners_in_its_first_epoch()
    {
        var store = await EmptyAsync();
        var (node, other) = (await JoinAsync(store, "a"), await JoinAsync(store, "b"));
        var run = await CreateOwnedAsync(store, "run", node);
        Assert.Equal((1, node), ((await RowAsync(store, run)).Epoch, (await RowAsync(store, run)).Node));
        Assert.Equal((await RowAsync(store, run)), Assert.Single((await store.QueryAsync(new RunQuery(), CancellationToken.None)).Items));
        Assert.Equal(1, (await NodeAsync(store, node))!.Runs);
        Assert.Equal((0, false, null), await TakeAllAsync(store, other));
        await store.AppendAsync(Append(run, 1) with { Epoch = 1 }, CancellationToken.None);
    }

    /// <summary>A start that comes twice gives nobody a lease.</summary>
    [Fact]
    public async Task A_creation_whose_business_key_is_taken_begins_no_lease()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var run = await store.CreateAsync(NewRun("run", "key"), CancellationToken.None);
        Assert.Equal(run, await store.CreateAsync(NewRun("again", "key") with { Owner = node }, CancellationToken.None));
        Assert.Equal((0, null), ((await RowAsync(store, run)).Epoch, (await RowAsync(store, run)).Node));
        Assert.Equal(0, (await NodeAsync(store, node))!.Runs);
    }

    /// <summary>A node takes what it has room for, and knows whether there is more.</summary>
    [Fact]
    public async Task No_more_runs_are_given_than_asked_for()
    {
        var store = await EmptyAsync();
        await CreateRunsAsync(store, 5);
        var node = await JoinAsync(store, "a");
        Assert.Equal((0, true), await TakeAsync(0));
        Assert.Equal((2, true), await TakeAsync(2));
        Assert.Equal((0, true), await TakeAsync(0));
        Assert.Equal((3, false), await TakeAsync(3));
        Assert.Equal((0, false), await TakeAsync(0));
        Assert.Equal((0, false), await TakeAsync(3));

        async Task<(int Given, bool More)> TakeAsync(int max)
        {
            var leased = await AcquireAsync(store, node, max);
            return (leased.Runs.Count, leased.MoreDue);
        }
    }

    /// <summary>No run waits for ever behind others.</summary>
    [Fact]
    public async Task Runs_that_are_due_for_longest_are_given_first()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var runs = new List<RunId>();
        for (var i = 0; i < 4; i++)
        {
            runs.Add(await store.CreateAsync(NewRun($"run {9 - i}"), CancellationToken.None));
            await PassAsync(store, Moment);
        }

        var first = Assert.Single((await AcquireAsync(store, node, 1)).Runs);
        Assert.Equal(runs[0], first.Run);
        Assert.True(await store.ReleaseAsync(new LeaseRelease(first.Run, first.Epoch, TimeSpan.Zero), CancellationToken.None));
        await PassAsync(store, Moment);
        Assert.Equal([runs[1], runs[2]], (await AcquireAsync(store, node, 2)).Runs.Select(leased => leased.Run));
        Assert.Equal([runs[3], runs[0]], (await AcquireAsync(store, node, 9)).Runs.Select(leased => leased.Run));
    }

    /// <summary>A run goes to a node that can do its work.</summary>
    [Fact]
    public async Task A_run_is_given_only_to_a_node_that_has_its_agents()
    {
        var store = await EmptyAsync();
        var maker = await JoinAsync(store, "maker");
        var node = await JoinAsync(store, "a");
        string[][] agents = [[], ["x"], ["x", "y"], ["X"], ["ÿ 🎉 ',\" %_"]];
        foreach (var (needed, i) in agents.Select((needed, i) => (needed, i)))
        {
            await CreateOwnedAsync(store, $"run {i}", maker, needed);
        }

        await store.LeaveAsync(maker, CancellationToken.None);
        var none = await store.AcquireAsync(new LeaseRequest { Node = node, MaxRuns = 9, Agents = [] }, CancellationToken.None);
        Assert.Equal(["run 0"], none.Runs.Select(leased => leased.Run.Value));
        Assert.False(none.MoreDue);
        Assert.Equal(["run 1"], (await AcquireAsync(store, node, 9, "x")).Runs.Select(leased => leased.Run.Value));
        Assert.Equal((0, false), ((await AcquireAsync(store, node, 0, "y", "z")).Runs.Count, (await AcquireAsync(store, node, 0, "y", "z")).MoreDue));
        Assert.Equal(["run 4"], (await AcquireAsync(store, node, 9, "y", agents[4][0])).Runs.Select(leased => leased.Run.Value));
        Assert.True((await AcquireAsync(store, node, 0, "z", "y", "x")).MoreDue);
        Assert.Equal(["run 2"], (await AcquireAsync(store, node, 9, "z", "y", "x")).Runs.Select(leased => leased.Run.Value));
        Assert.Equal(["run 3"], (await AcquireAsync(store, node)).Runs.Select(leased => leased.Run.Value));
    }

    /// <summary>Any node can answer a message, whatever agents it has.</summary>
    [Fact]
    public async Task A_run_with_a_message_is_given_to_a_node_that_lacks_its_agents()
    {
        var store = await EmptyAsync();
        var maker = await JoinAsync(store, "maker");
        var run = await CreateOwnedAsync(store, "run", maker, "x");
        await CreateOwnedAsync(store, "without", maker, "x");
        await store.LeaveAsync(maker, CancellationToken.None);
        var node = await JoinAsync(store, "a");
        await store.PostAsync(Message(run, "m"), CancellationToken.None);
        Assert.True((await AcquireAsync(store, node, 0, "y")).MoreDue);
        Assert.Equal([new LeasedRun(run, 3)], (await AcquireAsync(store, node, 9, "y")).Runs);

        await store.AppendAsync(new RunAppend(run, 1, default, RunStatus.Running, 3) { Answers = [new InboxAnswer("m", null)] }, CancellationToken.None);
        Assert.True(await store.ReleaseAsync(new LeaseRelease(run, 3, TimeSpan.Zero), CancellationToken.None));
        Assert.Empty((await AcquireAsync(store, node, 9, "y")).Runs);
        Assert.Equal(2, (await AcquireAsync(store, node, 9, "x")).Runs.Count);
    }

    /// <summary>What is given back at once is due at once.</summary>
    [Fact]
    public async Task A_run_released_for_no_time_is_due_at_once()
    {
        var store = await EmptyAsync();
        var (node, other) = (await JoinAsync(store, "a"), await JoinAsync(store, "b"));
        var run = await CreateOwnedAsync(store, "run", node);
        Assert.True(await store.ReleaseAsync(new LeaseRelease(run, 1, TimeSpan.Zero), CancellationToken.None));
        Assert.Equal((2, null), ((await RowAsync(store, run)).Epoch, (await RowAsync(store, run)).Node));
        Assert.Equal(0, (await NodeAsync(store, node))!.Runs);
        Assert.Equal([new LeasedRun(run, 3)], (await AcquireAsync(store, other)).Runs);
    }

    /// <summary>A run that waits for a timer is due when the timer is.</summary>
    [Fact]
    public async Task A_run_released_for_a_time_is_due_when_it_is_over()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var (soon, late) = (await CreateOwnedAsync(store, "soon", node), await CreateOwnedAsync(store, "late", node));
        Assert.True(await store.ReleaseAsync(new LeaseRelease(late, 1, Hour), CancellationToken.None));
        var (given, more, next) = await TakeAllAsync(store, node);
        Assert.Equal((0, false), (given, more));
        Assert.InRange(next!.Value, Hour - Limit, Hour);
        Assert.True(await store.ReleaseAsync(new LeaseRelease(soon, 1, Limit), CancellationToken.None));
        Assert.InRange((await TakeAllAsync(store, node)).NextDue!.Value, TimeSpan.FromTicks(1), Limit);

        Assert.Equal([], (await AcquireAsync(store, node)).Runs);
        await store.PostAsync(Message(soon, "wake"), CancellationToken.None);
        Assert.Equal([new LeasedRun(soon, 3)], (await AcquireAsync(store, node)).Runs);
        Assert.True(await store.ReleaseAsync(new LeaseRelease(soon, 3, null), CancellationToken.None));
        await AnswerAsync(store, node, soon, "wake", epoch: 5, wakeAfter: Short);
        await PassAsync(store, Short);
        Assert.Equal([new LeasedRun(soon, 7)], (await AcquireAsync(store, node)).Runs);
    }

    /// <summary>A run that waits for a person costs nothing until the person comes.</summary>
    [Fact]
    public async Task A_run_released_without_a_time_is_not_due_by_itself()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var run = await CreateOwnedAsync(store, "run", node);
        Assert.True(await store.ReleaseAsync(new LeaseRelease(run, 1, null), CancellationToken.None));
        await PassAsync(store, Short);
        Assert.Equal((0, false, null), await TakeAllAsync(store, node));
        await store.PostAsync(Message(run, "m"), CancellationToken.None);
        Assert.Equal((1, false, null), await TakeAllAsync(store, node));
    }

    /// <summary>Only the holder of a lease ends it.</summary>
    [Fact]
    public async Task A_release_of_a_lease_that_has_ended_changes_nothing()
    {
        var store = await EmptyAsync();
        var (node, other) = (await JoinAsync(store, "a"), await JoinAsync(store, "b"));
        var run = await CreateOwnedAsync(store, "run", node);
        Assert.True(await store.ReleaseAsync(new LeaseRelease(run, 1, TimeSpan.Zero), CancellationToken.None));
        await RequireRefusedAsync(1, 2);
        Assert.Equal([new LeasedRun(run, 3)], (await AcquireAsync(store, other)).Runs);
        await RequireRefusedAsync(0, 1, 2, 4);
        Assert.False(await store.ReleaseAsync(new LeaseRelease(new RunId("nobody"), 0, TimeSpan.Zero), CancellationToken.None));
        Assert.True(await store.ReleaseAsync(new LeaseRelease(run, 3, TimeSpan.Zero), CancellationToken.None));

        async Task RequireRefusedAsync(params long[] epochs)
        {
            var before = await DescribeAsync(store, run);
            foreach (var epoch in epochs)
            {
                Assert.False(await store.ReleaseAsync(new LeaseRelease(run, epoch, null), CancellationToken.None));
            }

            Assert.Equal(before, await DescribeAsync(store, run));
        }
    }

    /// <summary>Nobody holds what has ended.</summary>
    [Theory]
    [InlineData(RunStatus.Succeeded)]
    [InlineData(RunStatus.Failed)]
    [InlineData(RunStatus.Quarantined)]
    [InlineData(RunStatus.Canceled)]
    public async Task The_end_of_a_run_ends_its_lease(RunStatus end)
    {
        var store = await EmptyAsync();
        var (node, other) = (await JoinAsync(store, "a"), await JoinAsync(store, "b"));
        var run = await CreateOwnedAsync(store, "run", node);
        await store.AppendAsync(Append(run, 1, status: end) with { Epoch = 1 }, CancellationToken.None);
        var row = await RowAsync(store, run);
        Assert.Equal((end, 2, 2, null), (row.Status, row.Version, row.Epoch, row.Node));
        Assert.Equal(0, (await NodeAsync(store, node))!.Runs);
        Assert.Equal((0, false, null), await TakeAllAsync(store, other));
        await Assert.ThrowsAsync<LeaseLostException>(async () => await store.AppendAsync(Append(run, 2) with { Epoch = 1 }, CancellationToken.None));
        Assert.False(await store.ReleaseAsync(new LeaseRelease(run, 1, TimeSpan.Zero), CancellationToken.None));
    }

    /// <summary>A run that ended without ever having had a lease is nobody's work.</summary>
    [Fact]
    public async Task A_run_that_ended_without_a_lease_is_not_due()
    {
        var (store, run) = await WithRunAsync();
        await store.AppendAsync(Append(run, 1, status: RunStatus.Succeeded), CancellationToken.None);
        Assert.Equal(0, (await RowAsync(store, run)).Epoch);
        Assert.Equal((0, false, null), await TakeAllAsync(store, await JoinAsync(store, "a")));
    }

    /// <summary>A run that is put back as one that has ended was never anybody's work.</summary>
    [Theory]
    [InlineData(RunStatus.Succeeded)]
    [InlineData(RunStatus.Failed)]
    [InlineData(RunStatus.Quarantined)]
    [InlineData(RunStatus.Canceled)]
    public async Task A_run_created_as_ended_is_not_due_until_a_message_is_posted_to_it(RunStatus end)
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        var run = await store.CreateAsync(NewRun("run", "key", facts: 5) with { Status = end, Agents = ["x"] }, CancellationToken.None);
        var row = await RowAsync(store, run);
        Assert.Equal((end, 5, 0, null), (row.Status, row.Version, row.Epoch, row.Node));
        Assert.Equal(run, Assert.Single((await store.QueryAsync(new RunQuery { Statuses = [end] }, CancellationToken.None)).Items).Id);
        Assert.Equal((0, false, null), await TakeAllAsync(store, node));
        await store.PostAsync(Message(run, "m"), CancellationToken.None);
        Assert.Equal([new LeasedRun(run, 1)], (await AcquireAsync(store, node)).Runs);
        await store.AppendAsync(Append(run, 5) with { Epoch = 1, Answers = [new InboxAnswer("m", null)] }, CancellationToken.None);
        Assert.Equal(RunStatus.Running, (await RowAsync(store, run)).Status);
    }

    /// <summary>What a dead node was at is taken over; what it had finished stays finished.</summary>
    [Fact]
    public async Task Runs_of_a_lost_node_are_due_at_once_but_not_those_that_ended()
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a", Short);
        var (live, ended) = (await CreateOwnedAsync(store, "live", node), await CreateOwnedAsync(store, "ended", node));
        await store.AppendAsync(Append(ended, 1, status: RunStatus.Succeeded) with { Epoch = 1 }, CancellationToken.None);
        await PassAsync(store, Short);
        var leased = await AcquireAsync(store, await JoinAsync(store, "b"));
        Assert.Equal([new LeasedRun(live, 3)], leased.Runs);
        Assert.Equal((false, null), (leased.MoreDue, leased.NextDue));
    }

    /// <summary>Takes what there is: how much it was, and what else the node was told.</summary>
    private static async Task<(int Given, bool MoreDue, TimeSpan? NextDue)> TakeAllAsync(IStateStore store, NodeId node)
    {
        var leased = await AcquireAsync(store, node);
        return (leased.Runs.Count, leased.MoreDue, leased.NextDue);
    }

    private static async Task AnswerAsync(IStateStore store, NodeId node, RunId run, string message, long epoch, TimeSpan? wakeAfter)
    {
        Assert.Contains(new LeasedRun(run, epoch), (await AcquireAsync(store, node)).Runs);
        var version = (await RowAsync(store, run)).Version;
        await store.AppendAsync(new RunAppend(run, version, default, RunStatus.Running, epoch) { Answers = [new InboxAnswer(message, null)] }, CancellationToken.None);
        Assert.True(await store.ReleaseAsync(new LeaseRelease(run, epoch, wakeAfter), CancellationToken.None));
    }
}
