using System.Text;
using Npgsql;

namespace OrchestrationEngine.PostgreSql;

/// <summary>How a <see cref="PostgreSqlStateStore"/> reaches its database, and how it works with it. Read once, when the store is made.</summary>
public sealed class PostgreSqlStateStoreOptions
{
    // PostgreSQL cuts longer names, so that two schemas could become one.
    private const int LongestName = 63;

    /// <summary>Where the database is, in the form of Npgsql: <c>Host=db;Database=app;Username=app;Password=...</c>. Never repeated in a message.</summary>
    /// <value>There is no default; give this or <see cref="DataSource"/>.</value>
    public string ConnectionString { get; set; } = "";

    /// <summary>Connections of the application's own making, for whoever needs certificates, changing passwords or tracing. The store does not dispose of it.</summary>
    /// <value>The default is null: the store makes one from <see cref="ConnectionString"/>.</value>
    public NpgsqlDataSource? DataSource { get; set; }

    /// <summary>The schema that the tables are in; created when it does not exist and <see cref="MigrateOnStart"/> is set. Up to 63 bytes. One schema is one store.</summary>
    /// <value>The default is <c>orchestration</c>.</value>
    public string Schema { get; set; } = "orchestration";

    /// <summary>Whether an append is acknowledged only when the server has flushed it to its disk.</summary>
    /// <value>
    /// The default is true. With false, a crash of the server may take the appends of the last moments (three times <c>wal_writer_delay</c>, 0.6 s by
    /// default) although they were acknowledged: their work is done again. The database stays sound, and a kill of an engine's process loses nothing. Leases and messages are flushed in any case.
    /// </value>
    public bool SynchronousCommit { get; set; } = true;

    /// <summary>How many appends share one commit at most. More of them wait for the next.</summary>
    /// <value>The default is 1,000.</value>
    public int MaxGroupSize { get; set; } = 1_000;

    /// <summary>How many bytes of payload share one commit at most. An append that is larger has a commit of its own.</summary>
    /// <value>The default is 16 MiB.</value>
    public int MaxGroupBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How many commits may be under way at once, each on a connection of its own that stays open. A run always has the same one.</summary>
    /// <value>The default is 2.</value>
    public int WriteConnections { get; set; } = 2;

    /// <summary>
    /// Whether connections go through a proxy that gives a server connection for one transaction only (PgBouncer with <c>pool_mode = transaction</c>). The store
    /// then keeps nothing in a session: no prepared statements, no settings and no LISTEN, so that nodes learn of each other's doings only when they look.
    /// </summary>
    /// <value>The default is false.</value>
    public bool BehindTransactionPooling { get; set; }

    /// <summary>How long a statement may take before it fails with a transient error.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the schema is made and brought up to date when the store is first used. Needs the right to create; see the README for doing it apart.</summary>
    /// <value>The default is true. With false, a schema that is missing or of another version is an error.</value>
    public bool MigrateOnStart { get; set; } = true;

    /// <summary>Refuses values that make no sense, all at once.</summary>
    /// <exception cref="OrchestrationConfigurationException">There are such values.</exception>
    internal void Validate()
    {
        var problems = new List<string>();
        ValidateConnection(problems);
        if (string.IsNullOrWhiteSpace(Schema) || Schema.Contains('\0', StringComparison.Ordinal))
        {
            problems.Add("PostgreSqlStateStoreOptions.Schema is empty or has a null character. Give the name of a schema, such as 'orchestration'.");
        }
        else if (Encoding.UTF8.GetByteCount(Schema) > LongestName)
        {
            problems.Add($"PostgreSqlStateStoreOptions.Schema is '{Schema}', which has {Encoding.UTF8.GetByteCount(Schema)} bytes. PostgreSQL takes up to {LongestName}; choose a shorter name.");
        }
        else if (Schema.StartsWith("pg_", StringComparison.Ordinal))
        {
            problems.Add($"PostgreSqlStateStoreOptions.Schema is '{Schema}'. PostgreSQL keeps names that begin with 'pg_' for itself; choose another.");
        }

        if (CommandTimeout < TimeSpan.FromSeconds(1) || CommandTimeout > TimeSpan.FromHours(1))
        {
            problems.Add($"PostgreSqlStateStoreOptions.CommandTimeout is {CommandTimeout}. Give a time from one second to one hour.");
        }

        RequireBetween(nameof(MaxGroupSize), MaxGroupSize, 1, 100_000, problems);
        RequireBetween(nameof(MaxGroupBytes), MaxGroupBytes, 1, 512 * 1024 * 1024, problems);
        RequireBetween(nameof(WriteConnections), WriteConnections, 1, 64, problems);
        if (problems.Count > 0)
        {
            throw new OrchestrationConfigurationException(problems);
        }
    }

    private static void RequireBetween(string name, int value, int least, int most, List<string> problems)
    {
        if (value < least || value > most)
        {
            problems.Add($"PostgreSqlStateStoreOptions.{name} is {value}. Give a number from {least} to {most}.");
        }
    }

    private void ValidateConnection(List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(ConnectionString) == DataSource is null)
        {
            problems.Add(DataSource is null
                ? "PostgreSqlStateStoreOptions.ConnectionString is empty. Give it, or a DataSource."
                : "PostgreSqlStateStoreOptions has a ConnectionString and a DataSource. Give one of them.");
            return;
        }

        try
        {
            var settings = new NpgsqlConnectionStringBuilder(DataSource?.ConnectionString ?? ConnectionString);
            if (settings.Multiplexing)
            {
                problems.Add("The connections to PostgreSQL are multiplexed (Multiplexing=true), on which neither transactions nor LISTEN work. Give the store connections without it.");
            }

            if (DataSource is null && string.IsNullOrEmpty(settings.Host))
            {
                problems.Add("PostgreSqlStateStoreOptions.ConnectionString names no Host. Give the address of the server, as in 'Host=db;Database=app;Username=app'.");
            }
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // The text may have a password in it, so neither it nor the driver's words about it are repeated.
            problems.Add("PostgreSqlStateStoreOptions.ConnectionString can't be read: a keyword or its value is unknown to Npgsql. The form is 'Host=db;Database=app;Username=app;Password=...'.");
        }
    }
}
