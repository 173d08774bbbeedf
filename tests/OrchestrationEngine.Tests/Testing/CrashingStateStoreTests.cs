using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Testing.Xunit;

namespace OrchestrationEngine.Tests.Testing;

public sealed class CrashingStateStoreTests
{
    private static readonly RunId Run = new("run");
    private readonly InMemoryStateStore _disk = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, false, 0)]
    [InlineData(1, true, 1)]
    [InlineData(2, false, 1)]
    [InlineData(2, true, 2)]
    [InlineData(4, false, 3)]
    [InlineData(4, true, 4)]
    public async Task It_dies_at_the_chosen_commit_with_or_without_it_on_the_disk(int at, bool written, int expected)
    {
        var store = new CrashingStateStore(_disk, at, written);
        await Assert.ThrowsAsync<SimulatedCrashException>(() => WriteAsync(store, 5));
        Assert.True(store.Crashed);
        Assert.Equal(expected, (await _disk.FindAsync(Run, Ct))?.Version ?? 0);
    }

    [Fact]
    public async Task Once_dead_it_answers_nothing()
    {
        await WriteAsync(_disk, 2);
        var store = new CrashingStateStore(_disk, 1, written: true);
        await Assert.ThrowsAsync<SimulatedCrashException>(async () => await store.AppendAsync(Next(2), Ct));
        await Assert.ThrowsAsync<SimulatedCrashException>(async () => await store.AppendAsync(Next(3), Ct));
        await Assert.ThrowsAsync<SimulatedCrashException>(async () => await store.FindAsync(Run, Ct));
        await Assert.ThrowsAsync<SimulatedCrashException>(async () => await store.QueryAsync(new RunQuery(), Ct));
        await Assert.ThrowsAsync<SimulatedCrashException>(async () => await store.ReadAsync(Run, 0, Ct).GetAsyncEnumerator(Ct).MoveNextAsync());
        await Assert.ThrowsAsync<SimulatedCrashException>(async () => await store.CreateAsync(New("other"), Ct));
        Assert.Equal(3, (await _disk.FindAsync(Run, Ct))?.Version);
    }

    [Fact]
    public async Task Before_its_time_it_is_the_store_behind_it()
    {
        var store = new CrashingStateStore(_disk, 100, written: false);
        await WriteAsync(store, 5);
        Assert.False(store.Crashed);
        Assert.Equal(5, (await store.FindAsync(Run, Ct))?.Version);
    }

    private static async Task WriteAsync(IStateStore store, int facts)
    {
        await store.CreateAsync(New("run"), Ct);
        for (var version = 1; version < facts; version++)
        {
            await store.AppendAsync(Next(version), Ct);
        }
    }

    private static RunAppend Next(long version)
        => new(Run, version, new[] { new RecordedEvent(version + 1, DateTimeOffset.UnixEpoch, new RunStarted()) }, RunStatus.Running);

    private static NewRun New(string id) => new()
    {
        Id = new RunId(id),
        PlanId = "plan",
        PlanVersion = "1",
        Events = new[] { new RecordedEvent(1, DateTimeOffset.UnixEpoch, new RunStarted()) },
    };
}

public sealed class CrashingStateStoreConformanceTests : StateStoreConformance
{
    protected override Task<IStateStore> CreateEmptyAsync()
        => Task.FromResult<IStateStore>(new CrashingStateStore(new InMemoryStateStore(), int.MaxValue, written: true));
}
