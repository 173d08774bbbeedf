using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Testing.Xunit;

namespace OrchestrationEngine.Tests.State;

public sealed class InMemoryStateStoreTests : StateStoreConformance
{
    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_clock_stands_still_a_run_that_is_given_back_goes_to_the_end_of_the_line()
    {
        var store = new InMemoryStateStore(_time);
        var node = await store.JoinAsync(new NodeRegistration { Name = "a", LeaseDuration = TimeSpan.FromMinutes(1) }, Ct);
        foreach (var id in new[] { "1", "2", "3" })
        {
            RecordedEvent[] facts = [new(1, _time.GetUtcNow(), new RunStarted())];
            await store.CreateAsync(new NewRun { Id = new RunId(id), PlanId = "plan", PlanVersion = "1", Events = facts }, Ct);
        }

        var given = "";
        for (var i = 0; i < 6; i++)
        {
            var leased = Assert.Single((await store.AcquireAsync(new LeaseRequest { Node = node, MaxRuns = 1 }, Ct)).Runs);
            given += leased.Run;
            Assert.True(await store.ReleaseAsync(new LeaseRelease(leased.Run, leased.Epoch, TimeSpan.Zero), Ct));
        }

        Assert.Equal("123123", given);
    }

    protected override Task<IStateStore> CreateEmptyAsync() => Task.FromResult<IStateStore>(new InMemoryStateStore(_time));

    protected override Task<bool> TryAdvanceAsync(TimeSpan by)
    {
        _time.Advance(by);
        return Task.FromResult(true);
    }
}

/// <summary>The same by the system's clock, as an application has it.</summary>
public sealed class InMemoryStateStoreOnTheSystemsClockTests : StateStoreConformance
{
    protected override Task<IStateStore> CreateEmptyAsync() => Task.FromResult<IStateStore>(new InMemoryStateStore());
}

public sealed class InMemoryStateStoreRetentionTests : RetentionStoreConformance
{
    protected override bool KeepsPayloads => false;

    protected override Task<IStateStore> CreateEmptyAsync() => Task.FromResult<IStateStore>(new InMemoryStateStore());
}

public sealed class InMemoryStateStoreNotificationsTests : StateStoreNotificationsConformance
{
    protected override Task<IStateStore> CreateEmptyAsync() => Task.FromResult<IStateStore>(new InMemoryStateStore());

    protected override Task<IStateStore?> OpenBesideAsync(IStateStore store) => Task.FromResult<IStateStore?>(store);
}
