using Npgsql;
using OrchestrationEngine.Shared;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Tests;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("on", true, "on", "on")]
    [InlineData("off", true, "on", "on")]
    [InlineData("on", false, "off", "on")]
    [InlineData("off", false, "off", "on")]
    [InlineData("remote_apply", true, "remote_apply", "remote_apply")]
    public async Task A_commit_waits_for_the_disk_as_the_options_say_whatever_the_server_would_do(string server, bool option, string appends, string leases)
    {
        var database = await Cluster.CreateDatabaseAsync();
        await PostgreSqlServer.ExecuteAsync(database, $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(database).Database} SET synchronous_commit = '{server}'", Journal.Ct);
        await using var store = new PostgreSqlStateStore(new PostgreSqlStateStoreOptions { ConnectionString = database, SynchronousCommit = option });
        await store.OpenAsync(Journal.Ct);
        await PostgreSqlServer.ExecuteAsync(database, """
            CREATE TABLE seen (what text, setting text);
            CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO public.seen VALUES (TG_TABLE_NAME, current_setting('synchronous_commit'));
                RETURN NULL;
            END $$;
            CREATE TRIGGER look AFTER INSERT ON orchestration.run_events FOR EACH STATEMENT EXECUTE FUNCTION look();
            CREATE TRIGGER look AFTER INSERT ON orchestration.nodes FOR EACH STATEMENT EXECUTE FUNCTION look();
            """, Journal.Ct);
        var run = await store.CreateAsync("run");
        await store.AppendAsync(Journal.Note(run, 1, "one"), Journal.Ct);
        await store.AppendAsync(Journal.Note(run, 2, "two"), Journal.Ct);
        await store.JoinAsync(new NodeRegistration { Name = "a", LeaseDuration = TimeSpan.FromMinutes(1) }, Journal.Ct);
        Assert.Equal($"nodes {leases}, run_events {appends}", await PostgreSqlServer.ExecuteAsync(database, "SELECT string_agg(DISTINCT what || ' ' || setting, ', ' ORDER BY what || ' ' || setting) FROM seen", Journal.Ct));
    }

    [Fact]
    public async Task The_row_of_a_run_is_updated_in_place()
    {
        var database = await Cluster.CreateDatabaseAsync();
        await using (var store = new PostgreSqlStateStore(new PostgreSqlStateStoreOptions { ConnectionString = database }))
        {
            var run = await store.CreateAsync("run");
            for (var version = 1; version <= 200; version++)
            {
                await store.AppendAsync(Journal.Note(run, version, "x"), Journal.Ct);
            }
        }

        // The sessions have ended, so their figures are in.
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'runs'");
        for (var attempt = 0; ; attempt++)
        {
            await using var reader = await command.ExecuteReaderAsync(Journal.Ct);
            await reader.ReadAsync(Journal.Ct);
            var (updated, inPlace) = (reader.GetInt64(0), reader.GetInt64(1));
            if (updated >= 200)
            {
                Assert.InRange(inPlace, updated * 9 / 10, updated);
                return;
            }

            Assert.True(attempt < 10_000, $"{updated} updates");
        }
    }
}
