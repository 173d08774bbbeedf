using System.Globalization;
using Npgsql;
using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Schema;

/// <summary>Sees that a server can be a store's, and that the schema is the one that this version of the library knows, or makes it so.</summary>
internal sealed class SchemaSetup(Database database, bool migrates)
{
    /// <summary>The least version of PostgreSQL: the oldest that its makers still care for, and the one the tests run on.</summary>
    public const int LeastServerVersion = 15;

    private static readonly int Known = Migration.All[^1].Version;

    /// <summary>Does it.</summary>
    /// <returns>Whether commits on this server wait for its disk unless they are told not to.</returns>
    public async Task<bool> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var flushes = await RequireServerAsync(connection, cancellationToken).ConfigureAwait(false);
        var version = await FindVersionAsync(connection, null, cancellationToken).ConfigureAwait(false);
        if (version == Known)
        {
            return flushes;
        }

        RequireNotNewer(version);
        if (!migrates)
        {
            throw Error(version is null
                ? $"has no schema yet, and MigrateOnStart is false. Set it to true for one start with a user who may create, or run the scripts in the package's Migrations folder."
                : $"has schema version {version}; this version of OrchestrationEngine.PostgreSql needs {Known}, and MigrateOnStart is false. Set it to true for one start with a user who may alter the tables.");
        }

        foreach (var migration in Migration.All)
        {
            await MigrateAsync(connection, migration, cancellationToken).ConfigureAwait(false);
        }

        return flushes;
    }

    private async Task<bool> RequireServerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (connection.PostgreSqlVersion.Major < LeastServerVersion)
        {
            throw Error($"is PostgreSQL {connection.PostgreSqlVersion}; OrchestrationEngine.PostgreSql needs {LeastServerVersion} or later. Upgrade the server.");
        }

        using var command = Command(connection, null, "SELECT current_setting('server_encoding'), current_setting('default_transaction_isolation'), current_setting('synchronous_commit')");
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var readerScope = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (reader.GetString(0) != "UTF8")
        {
            throw Error($"has the encoding {reader.GetString(0)}, in which not every text can be kept. Create a database WITH ENCODING 'UTF8'.");
        }

        if (reader.GetString(1) is not ("read committed" or "read uncommitted") and var isolation)
        {
            throw Error($"begins its transactions as '{isolation}', in which appends that come together would be turned away. Let this user have PostgreSQL's default: ALTER ROLE ... SET default_transaction_isolation = 'read committed'.");
        }

        return reader.GetString(2) != "off";
    }

    private async Task<int?> FindVersionAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        // By the catalog first: a table that is not there would be an error, and in a transaction the end of it.
        using var find = Command(connection, transaction, "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = 'schema_version')");
        find.Parameters.Add(Statement.Text(database.Names.Schema));
        if (!(bool)(await find.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)
        {
            return null;
        }

        using var read = Command(connection, transaction, $"SELECT max(version) FROM {database.Names.Version}");
        return await read.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as int?;
    }

    private async Task MigrateAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var transactionScope = transaction.ConfigureAwait(false);
        using var wait = Command(connection, transaction, "SELECT pg_advisory_xact_lock($1)");
        wait.Parameters.Add(Statement.Number(database.Names.Lock));
        await wait.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        var version = await FindVersionAsync(connection, transaction, cancellationToken).ConfigureAwait(false);
        RequireNotNewer(version);
        if (version >= migration.Version)
        {
            // Another process was first.
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        if (version is null)
        {
            await CreateSchemaAsync(connection, transaction, cancellationToken).ConfigureAwait(false);
        }

        using var step = Command(connection, transaction, string.Create(
            CultureInfo.InvariantCulture,
            $"SET LOCAL search_path TO {database.Names.QuotedSchema}; {migration.Sql}; INSERT INTO {database.Names.Version} (version) VALUES ({migration.Version})"));
        await step.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task CreateSchemaAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        using var find = Command(connection, transaction, "SELECT (SELECT count(*) FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')) FROM pg_catalog.pg_namespace n WHERE n.nspname = $1");
        find.Parameters.Add(Statement.Text(database.Names.Schema));
        var tables = await find.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as long?;
        if (tables > 0)
        {
            throw Error($"can't be made: the schema has {tables} tables and views of somebody else. Choose another name (PostgreSqlStateStoreOptions.Schema); nothing was changed.");
        }

        var create = tables is null ? $"CREATE SCHEMA {database.Names.QuotedSchema}; " : "";
        using var command = Command(connection, transaction, $"{create}CREATE TABLE {database.Names.Version} (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())");
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private void RequireNotNewer(int? version)
    {
        if (version > Known)
        {
            throw Error($"has schema version {version}; this version of OrchestrationEngine.PostgreSql knows versions up to {Known}. Use a newer version of the package; nothing was changed.");
        }
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, NpgsqlTransaction? transaction, string sql) => new(sql, connection, transaction) { CommandTimeout = database.Timeout };

    private StateStoreException Error(string what) => new($"{database.Description} {what}", isTransient: false);
}
