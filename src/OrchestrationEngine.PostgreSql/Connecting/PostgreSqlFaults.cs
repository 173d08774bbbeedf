using System.Net.Sockets;
using System.Text;
using Npgsql;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Connecting;

/// <summary>Says in the words of the store what PostgreSQL's error codes mean, and whether the same call may succeed later. The only place that does.</summary>
internal static class PostgreSqlFaults
{
    /// <summary>Whether an error comes from the driver, the server or the way to it.</summary>
    public static bool IsOfDriver(Exception error) => error is NpgsqlException or SocketException or IOException or TimeoutException or EncoderFallbackException;

    /// <summary>Whether the server has rolled a transaction back so that another could go on: the same again will do.</summary>
    public static bool GaveWay(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>Whether the server has said that it rolled the transaction back and is there still. Otherwise nobody knows whether a commit on its way was done.</summary>
    public static bool IsRefusal(Exception error) => error is EncoderFallbackException || (error is PostgresException { SqlState: { } state } refused && refused.InvariantSeverity == "ERROR" && !state.StartsWith("08", StringComparison.Ordinal));

    public static StateStoreException Translate(Exception error, Database database) => error is PostgresException refused
        ? Translate(refused, database)
        : error is EncoderFallbackException
            ? new StateStoreException($"{database.Description} can't hold a text with half of a surrogate pair. Nothing was written.", isTransient: false, error)
            : new StateStoreException($"{database.Description} can't be reached: {Innermost(error)} See that the server runs and that its address is right.", isTransient: true, error);

    /// <summary>A commit whose end nobody was told of.</summary>
    public static StateStoreException Unknown(Exception error, Database database) => new(
        $"{database.Description} was lost during a commit: {Innermost(error)} Whether it was written is not known; load the run to see.",
        isTransient: true,
        error);

    private static StateStoreException Translate(PostgresException error, Database database)
    {
        var schema = database.Names.QuotedSchema;
        var (what, isTransient) = error.SqlState switch
        {
            "28P01" or "28000" => ("refused the connection: the user name or the password is wrong, or pg_hba.conf does not let this user in from here. Correct the connection string or the server's settings", false),
            "3D000" => ("can't be used: there is no such database. Create it, or correct the connection string", false),
            "42501" => ($"refused the operation for want of a right. Grant it: GRANT USAGE ON SCHEMA {schema}, GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema}; to make the schema, GRANT CREATE ON DATABASE, or make it apart and set MigrateOnStart to false", false),
            "3F000" or "42P01" or "42703" or "42883" => ("is not as this version made it: a schema, a table or a column is missing. Restore it, or let MigrateOnStart make it anew under another schema name", false),
            "25006" => ("is read-only now: this server is a standby, or the database was set so. Connect to the primary (Target Session Attributes=primary)", true),
            "40001" or "40P01" => ("could not do it beside what others did at the same time. Nothing was written", true),
            "55P03" or "57014" => ("took longer than it may (CommandTimeout, or a limit of the server). Nothing was written; look for what holds a lock in pg_stat_activity", true),
            "53100" => ("can't grow: the server's disk is full. Nothing was written and nothing is lost; make room", true),
            "53300" => ("has no connection left (max_connections). Nothing was written; lower what is used or raise the limit", true),
            "57P01" or "57P02" or "57P03" => ("is being shut down or started", true),
            "22021" or "22P05" => ("can't hold a text with a null character or one that its encoding does not have. Nothing was written", false),
            "54000" => ("can't index a text that long: a business key, a plan id or a node's name has at most about 2,600 bytes. Nothing was written", false),
            "XX001" or "XX002" => ("is damaged. Stop the engine and restore a backup", false),
            { Length: 5 } state when state[..2] is "08" or "53" or "57" or "58" => ("could not do it now", true),
            _ => ("refused the operation", false),
        };
        return new StateStoreException($"{database.Description} {what}. ({error.SqlState}: {error.MessageText})", isTransient, error);
    }

    private static string Innermost(Exception error)
    {
        while (error.InnerException is { } inner)
        {
            error = inner;
        }

        return error.Message.EndsWith('.') ? error.Message : error.Message + ".";
    }
}
