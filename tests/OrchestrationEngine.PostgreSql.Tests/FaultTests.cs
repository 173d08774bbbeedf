using OrchestrationEngine.Shared;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Tests;

/// <summary>What goes wrong while a store is in use: each fault is said clearly, and whatever was acknowledged before is still there.</summary>
public sealed class FaultTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_server_that_is_killed_and_restarted_under_load_loses_and_doubles_nothing()
    {
        await using var server = await Cluster.StartOwnAsync();
        var database = await server.CreateDatabaseAsync(Journal.Ct);
        await using var store = Store(database);
        using var load = new Load(store, runs: 20);
        var writing = load.RunAsync();
        for (var kills = 0; kills < 3; kills++)
        {
            await load.UntilAsync(300).WaitAsync(Limit, Journal.Ct);
            server.Kill();
            await server.StartAgainAsync(Journal.Ct);
        }

        await load.UntilAsync(300).WaitAsync(Limit, Journal.Ct);
        load.Stop();
        await writing.WaitAsync(Limit, Journal.Ct);
        Assert.NotEmpty(load.Failures);
        await using var next = Store(database);
        await load.RequireWholeAsync(next);
    }

    [Fact]
    public async Task Connections_that_are_cut_under_load_lose_and_double_nothing()
    {
        var database = await Cluster.CreateDatabaseAsync();
        await using var store = Store(database);
        using var load = new Load(store, runs: 20);
        var writing = load.RunAsync();
        for (var cuts = 0; cuts < 10; cuts++)
        {
            await load.UntilAsync(200).WaitAsync(Limit, Journal.Ct);
            await PostgreSqlServer.ExecuteAsync(database, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", Journal.Ct);
        }

        await load.UntilAsync(200).WaitAsync(Limit, Journal.Ct);
        load.Stop();
        await writing.WaitAsync(Limit, Journal.Ct);
        Assert.NotEmpty(load.Failures);
        await load.RequireWholeAsync(store);
    }

    [Fact]
    public async Task News_come_again_after_the_connection_for_them_was_cut()
    {
        var database = await Cluster.CreateDatabaseAsync();
        await using var store = Store(database);
        await using var beside = Store(database);
        using var rings = new SemaphoreSlim(0);
        using var subscription = store.Subscribe(() => rings.Release());
        var created = 0;
        await HearAsync();
        await PostgreSqlServer.ExecuteAsync(database, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'", Journal.Ct);
        while (rings.Wait(TimeSpan.Zero, Journal.Ct))
        {
        }

        await HearAsync();

        async Task HearAsync()
        {
            for (var i = 0; i < 200; i++)
            {
                await beside.CreateAsync($"run {++created}");
                if (await rings.WaitAsync(TimeSpan.FromMilliseconds(100), Journal.Ct))
                {
                    return;
                }
            }

            Assert.Fail("It does not ring.");
        }
    }

    [Fact]
    public async Task A_lock_that_is_held_too_long_is_an_error_for_now_and_nothing_is_written()
    {
        var database = await Cluster.CreateDatabaseAsync();
        await using var store = new PostgreSqlStateStore(new PostgreSqlStateStoreOptions { ConnectionString = database, CommandTimeout = TimeSpan.FromSeconds(1) });
        var run = await store.CreateAsync("run");
        await using (var holder = new Npgsql.NpgsqlConnection(database))
        {
            await holder.OpenAsync(Journal.Ct);
            await using var transaction = await holder.BeginTransactionAsync(Journal.Ct);
            await using var command = new Npgsql.NpgsqlCommand("LOCK TABLE orchestration.runs IN ACCESS EXCLUSIVE MODE", holder, transaction);
            await command.ExecuteNonQueryAsync(Journal.Ct);
            foreach (var refused in (Func<Task>[])[async () => await store.AppendAsync(Journal.Note(run, 1, "blocked"), Journal.Ct), async () => await store.FindAsync(run, Journal.Ct)])
            {
                Assert.True((await Assert.ThrowsAsync<StateStoreException>(refused).WaitAsync(Limit, Journal.Ct)).IsTransient);
            }
        }

        Assert.Single(await store.ReadAsync(run));
        await store.AppendAsync(Journal.Note(run, 1, "after"), Journal.Ct);
    }

    [Fact]
    public async Task A_text_that_PostgreSQL_can_not_hold_is_refused_and_those_that_share_its_commit_are_kept()
    {
        var database = await Cluster.CreateDatabaseAsync();
        await using var store = Store(database);
        string?[] keys = [.. Enumerable.Range(0, 30).Select(i => $"key {i}")];
        keys[7] = "null \0 character";
        keys[8] = "half \uD800 of a pair";
        keys[9] = new string('x', 100_000) + Random.Shared.Next();
        var outcomes = await Task.WhenAll(keys.Select((key, i) => Task.Run(() => Record.ExceptionAsync(async () => await store.CreateAsync(Journal.New($"run {i}", key), Journal.Ct)).AsTask())));
        for (var i = 0; i < keys.Length; i++)
        {
            if (i is 7 or 8)
            {
                Assert.False(Assert.IsType<StateStoreException>(outcomes[i]).IsTransient);
            }
            else if (i != 9)
            {
                Assert.Null(outcomes[i]);
                Assert.Single(await store.ReadAsync(new($"run {i}")));
            }
        }
    }

    [Fact]
    public async Task A_journal_with_a_fact_missing_is_reported_and_the_others_stay_usable()
    {
        var database = await Cluster.CreateDatabaseAsync();
        await using var store = Store(database);
        var run = await store.CreateAsync("run");
        await store.AppendAsync(Journal.Append(run, 1, [.. Enumerable.Range(0, 20).Select(_ => new Runs.RunStarted())]), Journal.Ct);
        await PostgreSqlServer.ExecuteAsync(database, "DELETE FROM orchestration.run_events WHERE sequence = 10", Journal.Ct);
        var gap = await Assert.ThrowsAsync<StateStoreException>(() => store.ReadAsync(run));
        Assert.Contains("fact 10 of run 'run' is missing", gap.Message, StringComparison.Ordinal);
        Assert.False(gap.IsTransient);
        Assert.Single(await store.ReadAsync(await store.CreateAsync("other")));
    }

    [Fact]
    public async Task A_state_that_this_version_does_not_know_is_reported()
    {
        var database = await Cluster.CreateDatabaseAsync();
        await using var store = Store(database);
        var run = await store.CreateAsync("run");
        await PostgreSqlServer.ExecuteAsync(database, "UPDATE orchestration.runs SET status = 'dreaming'", Journal.Ct);
        var refusal = await Assert.ThrowsAsync<StateStoreException>(async () => await store.FindAsync(run, Journal.Ct));
        Assert.Contains("'dreaming'", refusal.Message, StringComparison.Ordinal);
    }

    private static PostgreSqlStateStore Store(string connectionString) => new(new PostgreSqlStateStoreOptions { ConnectionString = connectionString });
}
