using System.Data;
using System.Data.Common;
using Npgsql;
using OrchestrationEngine.PostgreSql.Schema;

namespace OrchestrationEngine.PostgreSql.Connecting;

/// <summary>
/// The database of a store: its connections, its first opening, and the round trips that need no connection of their own. Safe for all threads.
/// </summary>
internal sealed class Database : IAsyncDisposable
{
    // Each is at once: who was chosen to give way has let go of its locks by then.
    private const int MostTries = 10;

    // Each is for one round trip: what waits for one waits for milliseconds. The driver's default of a hundred for each process is all that a server has by its own.
    private const int ConnectionsForRoundTrips = 16;
    private const string PoolSize = "Maximum Pool Size";
    private readonly PostgreSqlStateStoreOptions _options;
    private readonly NpgsqlDataSource _source;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private volatile bool _isOpen;

    public Database(PostgreSqlStateStoreOptions options)
    {
        _options = options;
        _source = options.DataSource ?? Connect(options);
        Timeout = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds);
        KeepsSession = !options.BehindTransactionPooling;
        MaySet = KeepsSession && !new NpgsqlConnectionStringBuilder(_source.ConnectionString).NoResetOnClose;
        Names = new Names(options.Schema);
        Description = Describe(options, _source);
    }

    /// <summary>Names the store in messages; without its password.</summary>
    public string Description { get; }

    public Names Names { get; }

    /// <summary>How long a statement may take, in seconds.</summary>
    public int Timeout { get; }

    /// <summary>Whether a connection is the same session from one transaction to the next, so that statements can be prepared.</summary>
    public bool KeepsSession { get; }

    /// <summary>Whether a setting that is made on a connection is gone when the connection goes back to the pool, which may be the application's.</summary>
    public bool MaySet { get; }

    /// <summary>Whether the schema has been looked at.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>What a transaction begins with whose loss must not follow from a setting of the server; null for nothing.</summary>
    public string? FlushesAlways { get; private set; }

    /// <summary>What the transaction of an append begins with, so that it waits for the disk as the options say; null for nothing.</summary>
    public string? FlushesAppends { get; private set; }

    /// <summary>Sees that the database can be used and has the schema, once. What failed is tried again by the next call.</summary>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        if (_isOpen)
        {
            return;
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isOpen)
            {
                return;
            }

            var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
            await using var connectionScope = connection.ConfigureAwait(false);
            var flushes = await new SchemaSetup(this, _options.MigrateOnStart).RunAsync(connection, cancellationToken).ConfigureAwait(false);
            FlushesAlways = flushes ? null : "SELECT set_config('synchronous_commit', 'on', true)";
            FlushesAppends = _options.SynchronousCommit ? FlushesAlways : "SELECT set_config('synchronous_commit', 'off', true)";
            _isOpen = true;
        }
        catch (Exception e) when (PostgreSqlFaults.IsOfDriver(e))
        {
            throw PostgreSqlFaults.Translate(e, this);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Gives a connection, whose errors are the driver's.</summary>
    public ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken) => _source.OpenConnectionAsync(cancellationToken);

    /// <summary>Does statements in one transaction and one round trip, and reads what they answer.</summary>
    /// <param name="statements">The statements; the answer to the first comes first.</param>
    /// <param name="read">Reads the answers.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async ValueTask<TResult> AskAsync<TResult>(
        IReadOnlyList<NpgsqlBatchCommand> statements,
        Func<NpgsqlDataReader, CancellationToken, ValueTask<TResult>> read,
        CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
                await using var connectionScope = connection.ConfigureAwait(false);
                return await AskAsync(connection, statements, read, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException e) when (PostgreSqlFaults.GaveWay(e) && attempt < MostTries)
            {
                // Rolled back as a whole to let another transaction through: nothing was done.
            }
            catch (Exception e) when (PostgreSqlFaults.IsOfDriver(e))
            {
                throw PostgreSqlFaults.Translate(e, this);
            }
        }
    }

    /// <summary>Does statements that change something, and waits for the disk whatever the server's settings say: a lease that is lost by a crash could be given twice.</summary>
    /// <param name="statements">The statements; the answer to the first comes first.</param>
    /// <param name="read">Reads the answers.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async ValueTask<TResult> ChangeAsync<TResult>(
        IReadOnlyList<NpgsqlBatchCommand> statements,
        Func<NpgsqlDataReader, CancellationToken, ValueTask<TResult>> read,
        CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (FlushesAlways is null)
        {
            return await AskAsync(statements, read, cancellationToken).ConfigureAwait(false);
        }

        return await AskAsync(
            [new NpgsqlBatchCommand(FlushesAlways), .. statements],
            async (reader, cancellation) =>
            {
                await reader.NextResultAsync(cancellation).ConfigureAwait(false);
                return await read(reader, cancellation).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same for statements whose answers nobody reads.</summary>
    public async ValueTask ChangeAsync(IReadOnlyList<NpgsqlBatchCommand> statements, CancellationToken cancellationToken)
        => await ChangeAsync(statements, static (_, _) => ValueTask.FromResult(true), cancellationToken).ConfigureAwait(false);

    /// <summary>Ends the connections, unless they are the application's.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_options.DataSource is null)
        {
            await _source.DisposeAsync().ConfigureAwait(false);
        }

        _opening.Dispose();
    }

    private async ValueTask<TResult> AskAsync<TResult>(
        NpgsqlConnection connection,
        IReadOnlyList<NpgsqlBatchCommand> statements,
        Func<NpgsqlDataReader, CancellationToken, ValueTask<TResult>> read,
        CancellationToken cancellationToken)
    {
        using var batch = connection.CreateBatch();
        batch.Timeout = Timeout;
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(statement);
        }

        if (KeepsSession)
        {
            await batch.PrepareAsync(cancellationToken).ConfigureAwait(false);
        }

        var reader = await batch.ExecuteReaderAsync(CommandBehavior.Default, cancellationToken).ConfigureAwait(false);
        await using var readerScope = reader.ConfigureAwait(false);
        var result = await read(reader, cancellationToken).ConfigureAwait(false);

        // The commit is the last thing that the server says: only then has any of it happened.
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
        {
        }

        return result;
    }

    private static NpgsqlDataSource Connect(PostgreSqlStateStoreOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        settings.ApplicationName ??= "OrchestrationEngine";

        // Statements are prepared where that is for the better, and only there: a group of appends is planned for its size.
        settings.MaxAutoPrepare = 0;
        if (!new DbConnectionStringBuilder { ConnectionString = settings.ConnectionString }.ContainsKey(PoolSize))
        {
            // Beside those that stay open: one for each writer, and one for news.
            settings.MaxPoolSize = Math.Max(settings.MinPoolSize, options.WriteConnections + 1 + ConnectionsForRoundTrips);
        }

        if (options.BehindTransactionPooling)
        {
            settings.NoResetOnClose = true;
        }

        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }

    private static string Describe(PostgreSqlStateStoreOptions options, NpgsqlDataSource source)
    {
        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        return $"The store '{options.Schema}' in database '{settings.Database ?? settings.Username}' at {settings.Host}:{settings.Port}";
    }
}
