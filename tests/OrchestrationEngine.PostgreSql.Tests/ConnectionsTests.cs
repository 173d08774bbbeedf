using Npgsql;
using OrchestrationEngine.Shared;

namespace OrchestrationEngine.PostgreSql.Tests;

public sealed class ConnectionsTests
{
    // Found by three node processes that waited for a thousand runs: the hundred connections of each pool were more than the server had.
    [Theory]
    [InlineData("", 19)]
    [InlineData(";Maximum Pool Size=7", 7)]
    public async Task However_much_is_done_at_once_a_store_takes_no_more_connections_than_its_share(string more, long most)
    {
        var database = await Cluster.CreateDatabaseAsync();
        await using var store = new PostgreSqlStateStore(new PostgreSqlStateStoreOptions { ConnectionString = database + more });
        var run = await store.CreateAsync("run");
        await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => Task.Run(async () => await store.FindAsync(run, Cluster.Ct))));
        var taken = (long)(await PostgreSqlServer.ExecuteAsync(
            database,
            $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{new NpgsqlConnectionStringBuilder(database).Database}' AND pid <> pg_backend_pid()",
            Cluster.Ct))!;
        Assert.InRange(taken, 2, most);
    }
}
