using OrchestrationEngine.State;
using OrchestrationEngine.Testing.Xunit;

namespace OrchestrationEngine.PostgreSql.Tests;

public class PostgreSqlStateStoreConformanceTests : StateStoreConformance
{
    private readonly Dictionary<IStateStore, PostgreSqlStateStoreOptions> _options = [];

    protected override async Task<IStateStore> CreateEmptyAsync() => Open(Options(await Cluster.CreateDatabaseAsync()));

    protected override async Task<IStateStore> ReopenAsync(IStateStore store)
    {
        await DisposeOfAsync(store);
        return Open(_options[store]);
    }

    protected virtual PostgreSqlStateStoreOptions Options(string connectionString) => new() { ConnectionString = connectionString };

    private PostgreSqlStateStore Open(PostgreSqlStateStoreOptions options)
    {
        var store = new PostgreSqlStateStore(options);
        _options[store] = options;
        return store;
    }
}

/// <summary>The same with groups of two at most, of few bytes, on four connections, in a schema whose name needs quoting, without waiting for the disk: every bound is met all the time.</summary>
public sealed class PostgreSqlStateStoreWithTightBoundsConformanceTests : PostgreSqlStateStoreConformanceTests
{
    protected override PostgreSqlStateStoreOptions Options(string connectionString) => new()
    {
        ConnectionString = connectionString,
        Schema = "Our \"own\" schema; DROP",
        MaxGroupSize = 2,
        MaxGroupBytes = 64,
        WriteConnections = 4,
        SynchronousCommit = false,
    };
}

/// <summary>The same with nothing kept in a session, as behind a proxy that pools transactions.</summary>
public sealed class PostgreSqlStateStoreBehindPoolingConformanceTests : PostgreSqlStateStoreConformanceTests
{
    protected override PostgreSqlStateStoreOptions Options(string connectionString) => new() { ConnectionString = connectionString, BehindTransactionPooling = true };
}
