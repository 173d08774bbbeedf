using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Testing.Xunit;

namespace OrchestrationEngine.Sqlite.Tests;

public class SqliteStateStoreConformanceTests : StateStoreConformance
{
    private readonly StoreFiles _files = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _files.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override Task<IStateStore> CreateEmptyAsync() => Task.FromResult<IStateStore>(Open(_files.Next()));

    protected override async Task<IStateStore> ReopenAsync(IStateStore store)
    {
        var file = ((SqliteStateStore)store).FilePath;
        await DisposeOfAsync(store);
        return Open(file);
    }

    protected virtual SqliteStateStore Open(string file) => new(file);
}

/// <summary>The same with groups of two at most, of few bytes, and no reader kept open: every bound is met all the time.</summary>
public sealed class SqliteStateStoreWithTightBoundsConformanceTests : SqliteStateStoreConformanceTests
{
    protected override SqliteStateStore Open(string file)
        => new(new SqliteStateStoreOptions { FilePath = file, MaxGroupSize = 2, MaxGroupBytes = 64, ReadConnections = 0, Synchronous = SqliteSynchronous.Normal });
}

/// <summary>The same by a clock that the test moves.</summary>
public sealed class SqliteStateStoreByAManualClockConformanceTests : SqliteStateStoreConformanceTests
{
    private readonly ManualTimeProvider _time = new();

    protected override SqliteStateStore Open(string file) => new(new SqliteStateStoreOptions { FilePath = file, TimeProvider = _time });

    protected override Task<bool> TryAdvanceAsync(TimeSpan by)
    {
        _time.Advance(by);
        return Task.FromResult(true);
    }
}

public sealed class SqliteSnapshotStoreConformanceTests : SnapshotStoreConformance
{
    private readonly StoreFiles _files = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _files.Dispose();
    }

    protected override Task<IStateStore> CreateEmptyAsync() => Task.FromResult<IStateStore>(new SqliteStateStore(_files.Next()));

    protected override async Task<IStateStore> ReopenAsync(IStateStore store)
    {
        await DisposeOfAsync(store);
        return new SqliteStateStore(((SqliteStateStore)store).FilePath);
    }
}

public sealed class SqliteRetentionStoreConformanceTests : RetentionStoreConformance
{
    private readonly StoreFiles _files = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _files.Dispose();
    }

    protected override Task<IStateStore> CreateEmptyAsync() => Task.FromResult<IStateStore>(new SqliteStateStore(_files.Next()));

    protected override async Task<IStateStore> ReopenAsync(IStateStore store)
    {
        await DisposeOfAsync(store);
        return new SqliteStateStore(((SqliteStateStore)store).FilePath);
    }

    protected override Task<long?> CountRowsAsync(IStateStore store)
    {
        using var shell = new Shell(((SqliteStateStore)store).FilePath);
        return Task.FromResult<long?>(Tables.OfRuns.Sum(table => shell.Number($"SELECT count(*) FROM {table}")));
    }
}

public sealed class SqliteNotificationsConformanceTests : StateStoreNotificationsConformance
{
    private readonly StoreFiles _files = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _files.Dispose();
    }

    protected override Task<IStateStore> CreateEmptyAsync() => Task.FromResult<IStateStore>(new SqliteStateStore(_files.Next()));

    protected override Task<IStateStore?> OpenBesideAsync(IStateStore store) => Task.FromResult<IStateStore?>(new SqliteStateStore(((SqliteStateStore)store).FilePath));
}
