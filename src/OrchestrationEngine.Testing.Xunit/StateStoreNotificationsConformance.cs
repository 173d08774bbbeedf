using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

/// <summary>
/// What every <see cref="IStateStoreNotifications"/> must do. Derive a class from it in a test project and override
/// <see cref="StoreConformance.CreateEmptyAsync"/> with a store that has the ability.
/// </summary>
/// <remarks>A notification is a hint that may be late or lost, so each test does what is to ring again and again until it does.</remarks>
public abstract class StateStoreNotificationsConformance : StoreConformance
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Opens a store on the same data beside one that stays open, as another process would. Null, the default, where that can't be.</summary>
    /// <param name="store">A store of <see cref="StoreConformance.CreateEmptyAsync"/>.</param>
    protected virtual Task<IStateStore?> OpenBesideAsync(IStateStore store) => Task.FromResult<IStateStore?>(null);

    /// <summary>A node that sleeps is woken by what it could do.</summary>
    [Fact]
    public async Task It_rings_for_a_run_without_an_owner() => await RequireRingAsync((store, _, i) => CreateAsync(store, i, owner: null));

    /// <summary>The owner is told of a message.</summary>
    [Fact]
    public async Task It_rings_for_a_message() => await RequireRingAsync(async (store, node, i) =>
    {
        var run = await CreateAsync(store, i, node);
        return async () => await store.PostAsync(Message(run, $"m{i}"), CancellationToken.None);
    });

    /// <summary>The owner is told of a message that comes with the facts of another run.</summary>
    [Fact]
    public async Task It_rings_for_a_message_that_goes_with_an_append() => await RequireRingAsync(async (store, node, i) =>
    {
        var (sender, run) = (await CreateAsync(store, i, node), await CreateAsync(store, i + 1_000_000, node));
        return async () => await store.AppendAsync(Append(sender, 1) with { Epoch = 1, Messages = [Message(run, $"m{i}")] }, CancellationToken.None);
    });

    /// <summary>Who waits for an answer is told of it.</summary>
    [Fact]
    public async Task It_rings_for_an_answer() => await RequireRingAsync(async (store, node, i) =>
    {
        var run = await CreateAsync(store, i, node);
        await store.PostAsync(Message(run, $"m{i}"), CancellationToken.None);
        return async () => await store.AppendAsync(new RunAppend(run, 1, default, RunStatus.Running, 1) { Answers = [new InboxAnswer($"m{i}", null)] }, CancellationToken.None);
    });

    /// <summary>A run that is given back is there for others.</summary>
    [Fact]
    public async Task It_rings_for_a_run_that_is_released() => await RequireRingAsync(async (store, node, i) =>
    {
        var run = await CreateAsync(store, i, node);
        return async () => await store.ReleaseAsync(new LeaseRelease(run, 1, TimeSpan.Zero), CancellationToken.None);
    });

    /// <summary>The runs of a node that leaves are there for others.</summary>
    [Fact]
    public async Task It_rings_for_a_node_that_leaves() => await RequireRingAsync(async (store, _, i) =>
    {
        var leaving = await JoinAsync(store, $"leaving {i}");
        await CreateAsync(store, i, leaving);
        return async () => await store.LeaveAsync(leaving, CancellationToken.None);
    });

    /// <summary>Another process on the same data is heard.</summary>
    [Fact]
    public async Task It_rings_for_what_another_process_does()
    {
        var store = await EmptyAsync();
        if (await OpenBesideAsync(store) is not { } beside)
        {
            Assert.Skip("No second store can be opened on the same data.");
            return;
        }

        Keep(beside);
        using var rings = new SemaphoreSlim(0);
        using var subscription = Notifications(store).Subscribe(() => rings.Release());
        for (var i = 0; i < 60; i++)
        {
            await CreateAsync(beside, i, owner: null);
            if (await rings.WaitAsync(Patience))
            {
                return;
            }
        }

        Assert.Fail("It does not ring.");
    }

    /// <summary>Everyone who listens is told, and each ends for itself.</summary>
    [Fact]
    public async Task A_subscription_that_is_disposed_of_is_silent_and_the_others_go_on()
    {
        var store = await EmptyAsync();
        var (first, second) = (0, 0);
        var firstRing = () => { Interlocked.Increment(ref first); };
        var ended = Notifications(store).Subscribe(firstRing);
        using var going = Notifications(store).Subscribe(() => Interlocked.Increment(ref second));
        var runs = 0;
        await HearAsync(() => Volatile.Read(ref first) > 0 && Volatile.Read(ref second) > 0);
        ended.Dispose();

        // One ring may have been on its way; after the next one for the other it has come.
        await HearAgainAsync();
        var heard = Volatile.Read(ref first);
        await HearAgainAsync();
        Assert.Equal(heard, Volatile.Read(ref first));

        // Disposed of twice, it takes nobody else's away, not even one of the same callback.
        using var again = Notifications(store).Subscribe(firstRing);
        ended.Dispose();
        await HearAsync(() => Volatile.Read(ref first) > heard);

        async Task HearAgainAsync()
        {
            var before = Volatile.Read(ref second);
            await HearAsync(() => Volatile.Read(ref second) > before);
        }

        async Task HearAsync(Func<bool> heardIt)
        {
            for (var i = 0; i < 600; i++)
            {
                await CreateAsync(store, ++runs, owner: null);
                if (await BecomesTrueAsync(heardIt))
                {
                    return;
                }
            }

            Assert.Fail("It does not ring.");
        }
    }

    private static IStateStoreNotifications Notifications(IStateStore store) => Assert.IsType<IStateStoreNotifications>(store, exactMatch: false);

    private static async Task<RunId> CreateAsync(IStateStore store, int i, NodeId? owner)
        => await store.CreateAsync(NewRun($"run {i}") with { Owner = owner }, CancellationToken.None);

    private static async Task<bool> BecomesTrueAsync(Func<bool> condition)
    {
        for (var i = 0; i < 20; i++)
        {
            if (condition())
            {
                return true;
            }

            await Task.Delay(Moment, TimeProvider.System);
        }

        return condition();
    }

    private async Task RequireRingAsync(Func<IStateStore, NodeId, int, Task> act)
        => await RequireRingAsync(async (store, node, i) =>
        {
            await Task.CompletedTask;
            return () => act(store, node, i);
        });

    /// <summary>Prepares something, does it, and hears of it.</summary>
    private async Task RequireRingAsync(Func<IStateStore, NodeId, int, Task<Func<Task>>> prepare)
    {
        var store = await EmptyAsync();
        var node = await JoinAsync(store, "a");
        using var rings = new SemaphoreSlim(0);
        using var subscription = Notifications(store).Subscribe(() => rings.Release());
        for (var i = 0; i < 60; i++)
        {
            var act = await prepare(store, node, i);
            while (rings.Wait(0))
            {
            }

            await act();
            if (await rings.WaitAsync(Patience))
            {
                return;
            }
        }

        Assert.Fail("It does not ring.");
    }
}
