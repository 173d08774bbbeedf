using Npgsql;
using OrchestrationEngine.PostgreSql.Schema;
using OrchestrationEngine.Shared;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Tests;

/// <summary>Everything that can be wrong with a database when a store comes to it, and what is said about it.</summary>
public sealed class OpeningTests
{
    [Fact]
    public void All_options_that_make_no_sense_are_named_at_once()
    {
        var options = new PostgreSqlStateStoreOptions { Schema = new string('ä', 40), CommandTimeout = TimeSpan.Zero, MaxGroupSize = 0, MaxGroupBytes = 0, WriteConnections = 0 };
        Assert.Equal(6, Assert.Throws<OrchestrationConfigurationException>(() => new PostgreSqlStateStore(options)).Problems.Count);
    }

    [Theory]
    [InlineData("Host=db;Pasword=secret", "can't be read")]
    [InlineData("Database=app;Password=secret", "names no Host")]
    [InlineData("Host=db;Password=secret;Multiplexing=true", "multiplexed")]
    public void A_connection_string_that_makes_no_sense_is_refused_without_repeating_it(string connectionString, string expected)
    {
        var refusal = Assert.Throws<OrchestrationConfigurationException>(() => new PostgreSqlStateStore(new PostgreSqlStateStoreOptions { ConnectionString = connectionString }));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pg_temp")]
    [InlineData(" ")]
    public void A_schema_name_that_PostgreSQL_does_not_take_is_refused(string schema)
        => Assert.Throws<OrchestrationConfigurationException>(() => new PostgreSqlStateStore(new PostgreSqlStateStoreOptions { ConnectionString = "Host=db", Schema = schema }));

    [Fact]
    public async Task Stores_that_come_to_an_empty_database_at_once_make_the_schema_once()
    {
        var database = await Cluster.CreateDatabaseAsync();
        var stores = Enumerable.Range(0, 8).Select(_ => Store(database)).ToList();
        await Task.WhenAll(stores.Select(store => Task.Run(() => store.OpenAsync(Journal.Ct)))).WaitAsync(TimeSpan.FromSeconds(60), Journal.Ct);
        Assert.Equal((long)Migration.All.Count, await PostgreSqlServer.ExecuteAsync(database, "SELECT count(*) FROM orchestration.schema_version", Journal.Ct));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Two_schemas_of_one_database_are_two_stores()
    {
        var database = await Cluster.CreateDatabaseAsync();
        await using var one = Store(database, options => options.Schema = "one");
        await using var two = Store(database, options => options.Schema = "two");
        await one.CreateAsync("run");
        Assert.Null(await two.FindAsync(new("run"), Journal.Ct));
        await two.CreateAsync("run");
    }

    [Fact]
    public async Task An_empty_schema_that_exists_is_used_and_one_with_tables_of_others_is_left_alone()
    {
        var database = await Cluster.CreateDatabaseAsync();
        await PostgreSqlServer.ExecuteAsync(database, "CREATE SCHEMA empty; CREATE SCHEMA taken; CREATE TABLE taken.runs (id integer)", Journal.Ct);
        await using var store = Store(database, options => options.Schema = "empty");
        await store.CreateAsync("run");
        await RequireRefusalAsync(database, "somebody else", options => options.Schema = "taken");
        Assert.Equal(1L, await PostgreSqlServer.ExecuteAsync(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'taken'", Journal.Ct));
    }

    [Fact]
    public async Task A_schema_of_a_newer_version_is_refused_with_both_versions()
    {
        var database = await WithSchemaAsync();
        await PostgreSqlServer.ExecuteAsync(database, "INSERT INTO orchestration.schema_version (version) VALUES (999)", Journal.Ct);
        await RequireRefusalAsync(database, $"schema version 999; this version of OrchestrationEngine.PostgreSql knows versions up to {Migration.All[^1].Version}");
    }

    [Fact]
    public async Task Without_migration_a_missing_schema_is_an_error_and_one_that_is_there_is_used()
    {
        var database = await Cluster.CreateDatabaseAsync();
        await RequireRefusalAsync(database, "MigrateOnStart is false", options => options.MigrateOnStart = false);
        Assert.Equal(0L, await PostgreSqlServer.ExecuteAsync(database, "SELECT count(*) FROM pg_namespace WHERE nspname = 'orchestration'", Journal.Ct));
        await using (var maker = Store(database))
        {
            await maker.OpenAsync(Journal.Ct);
        }

        await using var store = Store(database, options => options.MigrateOnStart = false);
        await store.CreateAsync("run");
    }

    [Fact]
    public async Task A_user_who_may_not_create_is_told_which_right_is_missing()
    {
        var database = await Cluster.CreateDatabaseAsync();
        var user = await UserAsync(database, "creates_nothing");
        await RequireRefusalAsync(user, "GRANT CREATE ON DATABASE");
    }

    [Fact]
    public async Task A_user_who_may_only_read_is_told_which_right_is_missing_and_one_with_the_rights_of_the_readme_can_do_everything()
    {
        var database = await WithSchemaAsync();
        var user = await UserAsync(database, "app");
        await PostgreSqlServer.ExecuteAsync(database, "GRANT USAGE ON SCHEMA orchestration TO app; GRANT SELECT ON ALL TABLES IN SCHEMA orchestration TO app", Journal.Ct);
        await using var store = Store(user, options => options.MigrateOnStart = false);
        Assert.Null(await store.FindAsync(new("run"), Journal.Ct));
        foreach (var refused in (Func<Task>[])[() => store.CreateAsync("run"), async () => await store.JoinAsync(new NodeRegistration { Name = "a", LeaseDuration = TimeSpan.FromMinutes(1) }, Journal.Ct)])
        {
            var refusal = await Assert.ThrowsAsync<StateStoreException>(refused);
            Assert.Contains("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \"orchestration\"", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("permission denied for table", refusal.Message, StringComparison.Ordinal);
            Assert.False(refusal.IsTransient);
        }

        await PostgreSqlServer.ExecuteAsync(database, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA orchestration TO app", Journal.Ct);
        await store.JoinAsync(new NodeRegistration { Name = "a", LeaseDuration = TimeSpan.FromMinutes(1) }, Journal.Ct);
        var run = await store.CreateAsync("run");
        await store.AppendAsync(Journal.Note(run, 1, "x"), Journal.Ct);
        await store.PurgeAsync(new PurgeRequest([run], TimeSpan.FromSeconds(1)), Journal.Ct);
    }

    [Fact]
    public async Task A_wrong_password_is_an_error_for_good_and_no_password_is_ever_repeated()
    {
        var database = await Cluster.CreateDatabaseAsync();
        await PostgreSqlServer.ExecuteAsync(database, $"DROP ROLE IF EXISTS {PostgreSqlServer.UserWithPassword}; CREATE ROLE {PostgreSqlServer.UserWithPassword} LOGIN PASSWORD 'right'", Journal.Ct);
        var connection = new NpgsqlConnectionStringBuilder(database) { Username = PostgreSqlServer.UserWithPassword, Password = "wr0ng-secret" }.ConnectionString;
        await using var store = Store(connection);
        foreach (var refused in (Func<Task>[])[() => store.OpenAsync(Journal.Ct), () => store.CreateAsync("run")])
        {
            var refusal = await Assert.ThrowsAsync<StateStoreException>(refused);
            Assert.Contains("password", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("wr0ng-secret", refusal.ToString(), StringComparison.Ordinal);
            Assert.False(refusal.IsTransient);
        }
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_named()
    {
        var database = new NpgsqlConnectionStringBuilder(await Cluster.CreateDatabaseAsync()) { Database = "nowhere" }.ConnectionString;
        await RequireRefusalAsync(database, "there is no such database");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_an_error_for_now_and_the_store_works_once_it_does()
    {
        await using var server = await Cluster.StartOwnAsync();
        var database = await server.CreateDatabaseAsync(Journal.Ct);
        await server.StopAsync(Journal.Ct);
        await using var store = Store(database);
        foreach (var refused in (Func<Task>[])[() => store.OpenAsync(Journal.Ct), () => store.CreateAsync("run"), async () => await store.FindAsync(new("run"), Journal.Ct)])
        {
            var refusal = await Assert.ThrowsAsync<StateStoreException>(refused);
            Assert.Contains("can't be reached", refusal.Message, StringComparison.Ordinal);
            Assert.True(refusal.IsTransient);
        }

        await server.StartAgainAsync(Journal.Ct);
        await store.CreateAsync("run");
    }

    [Fact]
    public async Task A_database_with_another_encoding_is_refused()
    {
        var database = await Cluster.CreateDatabaseAsync();
        await PostgreSqlServer.ExecuteAsync(database, "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0", Journal.Ct);
        await RequireRefusalAsync(new NpgsqlConnectionStringBuilder(database) { Database = "latin" }.ConnectionString, "LATIN1");
    }

    [Fact]
    public async Task A_database_that_begins_its_transactions_serializable_is_refused()
    {
        var database = await Cluster.CreateDatabaseAsync();
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        await PostgreSqlServer.ExecuteAsync(database, $"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'", Journal.Ct);
        await RequireRefusalAsync(database, "'serializable'");
    }

    [Fact]
    public async Task A_closed_store_refuses_everything_and_leaves_the_applications_connections_open()
    {
        await using var source = NpgsqlDataSource.Create(await Cluster.CreateDatabaseAsync());
        var store = new PostgreSqlStateStore(new PostgreSqlStateStoreOptions { DataSource = source });
        var run = await store.CreateAsync("run");
        await store.DisposeAsync();
        await store.DisposeAsync();
        store.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.AppendAsync(Journal.Note(run, 1, "late"), Journal.Ct));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.CreateAsync("late"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ReadAsync(run));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.ListNodesAsync(Journal.Ct));
        await using var command = source.CreateCommand("SELECT count(*) FROM orchestration.run_events");
        Assert.Equal(1L, await command.ExecuteScalarAsync(Journal.Ct));
    }

    private static PostgreSqlStateStore Store(string connectionString, Action<PostgreSqlStateStoreOptions>? configure = null)
    {
        var options = new PostgreSqlStateStoreOptions { ConnectionString = connectionString };
        configure?.Invoke(options);
        return new PostgreSqlStateStore(options);
    }

    private static async Task<string> WithSchemaAsync()
    {
        var database = await Cluster.CreateDatabaseAsync();
        await using var store = Store(database);
        await store.OpenAsync(Journal.Ct);
        return database;
    }

    private static async Task<string> UserAsync(string database, string name)
    {
        await PostgreSqlServer.ExecuteAsync(database, $"DROP ROLE IF EXISTS {name}; CREATE ROLE {name} LOGIN", Journal.Ct);
        return new NpgsqlConnectionStringBuilder(database) { Username = name }.ConnectionString;
    }

    private static async Task RequireRefusalAsync(string database, string expected, Action<PostgreSqlStateStoreOptions>? configure = null)
    {
        await using var store = Store(database, configure);
        var refusal = await Assert.ThrowsAsync<StateStoreException>(() => store.OpenAsync(Journal.Ct));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("The store '", refusal.Message, StringComparison.Ordinal);
        Assert.False(refusal.IsTransient);
    }
}
