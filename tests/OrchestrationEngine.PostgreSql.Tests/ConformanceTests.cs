using OrchestrationEngine.State;
using OrchestrationEngine.Testing.Xunit;

namespace OrchestrationEngine.PostgreSql.Tests;

public class PostgreSqlStateStoreConformanceTests : StateStoreConformance
{
    private readonly TestStores _stores;

    public PostgreSqlStateStoreConformanceTests() => _stores = new TestStores(Configure);

    protected override Task<IStateStore> CreateEmptyAsync() => _stores.CreateEmptyAsync();

    protected override Task<IStateStore> ReopenAsync(IStateStore store) => _stores.ReopenAsync(store);

    protected virtual void Configure(PostgreSqlStateStoreOptions options)
    {
    }
}

/// <summary>The same with groups of two at most, of few bytes, on four connections, in a schema whose name needs quoting, without waiting for the disk: every bound is met all the time.</summary>
public sealed class PostgreSqlStateStoreWithTightBoundsConformanceTests : PostgreSqlStateStoreConformanceTests
{
    protected override void Configure(PostgreSqlStateStoreOptions options)
    {
        options.Schema = "Our \"own\" schema; DROP";
        options.MaxGroupSize = 2;
        options.MaxGroupBytes = 64;
        options.WriteConnections = 4;
        options.SynchronousCommit = false;
    }
}

/// <summary>The same with nothing kept in a session, as behind a proxy that pools transactions.</summary>
public sealed class PostgreSqlStateStoreBehindPoolingConformanceTests : PostgreSqlStateStoreConformanceTests
{
    protected override void Configure(PostgreSqlStateStoreOptions options) => options.BehindTransactionPooling = true;
}

public sealed class PostgreSqlSnapshotStoreConformanceTests : SnapshotStoreConformance
{
    private readonly TestStores _stores = new();

    protected override Task<IStateStore> CreateEmptyAsync() => _stores.CreateEmptyAsync();

    protected override Task<IStateStore> ReopenAsync(IStateStore store) => _stores.ReopenAsync(store);
}

public sealed class PostgreSqlRetentionStoreConformanceTests : RetentionStoreConformance
{
    private readonly TestStores _stores = new();

    protected override Task<IStateStore> CreateEmptyAsync() => _stores.CreateEmptyAsync();

    protected override Task<IStateStore> ReopenAsync(IStateStore store) => _stores.ReopenAsync(store);

    // By the catalog: a table that a purge does not know is counted as well.
    protected override async Task<long?> CountRowsAsync(IStateStore store) => await ((PostgreSqlStateStore)store).CountRowsAsync(sql => _stores.ExecuteAsync(store, sql));
}

public sealed class PostgreSqlNotificationsConformanceTests : StateStoreNotificationsConformance
{
    private readonly TestStores _stores = new();

    protected override Task<IStateStore> CreateEmptyAsync() => _stores.CreateEmptyAsync();

    protected override Task<IStateStore> ReopenAsync(IStateStore store) => _stores.ReopenAsync(store);

    protected override Task<IStateStore?> OpenBesideAsync(IStateStore store) => Task.FromResult<IStateStore?>(_stores.OpenBeside(store));
}
