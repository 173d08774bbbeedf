using OrchestrationEngine.Shared;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Tests;

/// <summary>Stores behind a proxy that gives a server connection for one transaction only.</summary>
public sealed class PoolingTests
{
    [Fact]
    public async Task Many_stores_behind_a_proxy_with_few_connections_write_lease_and_read()
    {
        var database = await Cluster.CreateDatabaseAsync();
        using var proxy = await PgBouncer.StartAsync(database);
        var stores = Enumerable.Range(0, 6).Select(_ => new PostgreSqlStateStore(new PostgreSqlStateStoreOptions { ConnectionString = proxy.ConnectionString, BehindTransactionPooling = true })).ToList();
        await Task.WhenAll(stores.Select((store, s) => Task.Run(async () =>
        {
            var node = await store.JoinAsync(new NodeRegistration { Name = $"node {s}", LeaseDuration = TimeSpan.FromMinutes(5) }, Journal.Ct);
            for (var i = 0; i < 10; i++)
            {
                var run = await store.CreateAsync(Journal.New($"run {s} {i}") with { Owner = node }, Journal.Ct);
                for (var version = 1; version < 10; version++)
                {
                    await store.AppendAsync(Journal.Note(run, version, "x") with { Epoch = 1 }, Journal.Ct);
                }

                await store.PostAsync(new InboxMessage { Id = $"message {s} {i}", Run = run, Kind = "pause" }, Journal.Ct);
                Assert.Contains(await store.ReadInboxAsync(node, 100, Journal.Ct), message => message.Run == run);
                Assert.Equal(10, (await store.ReadAsync(run)).Count);
                Assert.True(await store.RenewAsync(new NodeHeartbeat(node), Journal.Ct));
            }
        }))).WaitAsync(TimeSpan.FromMinutes(2), Journal.Ct);
        Assert.Equal(60, (await stores[0].QueryAsync(new RunQuery(), Journal.Ct)).Items.Count);
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_store_behind_a_proxy_leaves_nothing_in_the_sessions_of_the_server()
    {
        var database = await Cluster.CreateDatabaseAsync();

        // The tables themselves say what the sessions that write to them have: prepared statements, channels and settings of their own.
        await using var store = new PostgreSqlStateStore(new PostgreSqlStateStoreOptions { ConnectionString = database, BehindTransactionPooling = true, SynchronousCommit = false });
        await store.OpenAsync(Journal.Ct);
        await PostgreSqlServer.ExecuteAsync(database, """
            CREATE TABLE seen (prepared bigint, channels bigint);
            CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO public.seen SELECT (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_listening_channels());
                RETURN NULL;
            END $$;
            CREATE TRIGGER look AFTER INSERT OR UPDATE ON orchestration.runs FOR EACH ROW EXECUTE FUNCTION look();
            """, Journal.Ct);
        using var subscription = store.Subscribe(() => { });
        var run = await store.CreateAsync("run");
        for (var version = 1; version < 10; version++)
        {
            await store.AppendAsync(Journal.Note(run, version, "x"), Journal.Ct);
        }

        await store.PostAsync(new InboxMessage { Id = "m", Run = run, Kind = "pause" }, Journal.Ct);
        Assert.Equal(11L, await PostgreSqlServer.ExecuteAsync(database, "SELECT count(*) FROM seen", Journal.Ct));
        Assert.Equal(0L, await PostgreSqlServer.ExecuteAsync(database, "SELECT sum(prepared + channels)::bigint FROM seen", Journal.Ct));
    }
}
