using OrchestrationEngine.Shared;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Tests;

/// <summary>The stores of a test, each on a database of its own, and what they were opened with.</summary>
internal sealed class TestStores(Action<PostgreSqlStateStoreOptions>? configure = null)
{
    private readonly Dictionary<IStateStore, string> _databases = [];

    public async Task<IStateStore> CreateEmptyAsync() => Open(await Cluster.CreateDatabaseAsync());

    public async Task<IStateStore> ReopenAsync(IStateStore store)
    {
        await ((PostgreSqlStateStore)store).DisposeAsync();
        return Open(_databases[store]);
    }

    /// <summary>Opens another store on the same data, as another process would.</summary>
    public IStateStore OpenBeside(IStateStore store) => Open(_databases[store]);

    public async Task<object?> ExecuteAsync(IStateStore store, string sql) => await PostgreSqlServer.ExecuteAsync(_databases[store], sql, Cluster.Ct);

    private PostgreSqlStateStore Open(string database)
    {
        var options = new PostgreSqlStateStoreOptions { ConnectionString = database };
        configure?.Invoke(options);
        var store = new PostgreSqlStateStore(options);
        _databases[store] = database;
        return store;
    }
}
