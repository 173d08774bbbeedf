using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.PostgreSql.Listening;
using OrchestrationEngine.PostgreSql.Reading;
using OrchestrationEngine.PostgreSql.Schema;
using OrchestrationEngine.PostgreSql.Writing;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql;

/// <summary>
/// Keeps runs, their journals, leases and messages in a schema of a PostgreSQL database, for any number of nodes on any number of machines.
/// Appends that come together share one round trip and one commit.
/// </summary>
/// <remarks>
/// The database is reached when the store is first used, or by <see cref="OpenAsync"/>; a server that is out of reach is a transient error of that call, and the
/// next call tries again. The server's clock decides when a lease is over. Disposing waits for the appends under way.
/// </remarks>
public sealed partial class PostgreSqlStateStore : IStateStore, ISnapshotStore, IRetentionStore, IStateStoreNotifications, IAsyncDisposable, IDisposable
{
    private readonly Database _database;
    private readonly CommitQueue[] _writers;
    private readonly EventBatchPool _batches = new();
    private readonly RunReader _reader;
    private readonly Bells _bells;
    private int _disposed;

    /// <summary>Makes a store. Nothing is connected yet.</summary>
    /// <param name="options">Which database, and how it is used.</param>
    /// <param name="logger">Where it is said that the connection for news was lost or came back; null for nowhere.</param>
    /// <exception cref="OrchestrationConfigurationException">The options make no sense.</exception>
    public PostgreSqlStateStore(PostgreSqlStateStoreOptions options, ILogger<PostgreSqlStateStore>? logger = null)
        : this(options, logger, TimeProvider.System)
    {
    }

    internal PostgreSqlStateStore(PostgreSqlStateStoreOptions options, ILogger<PostgreSqlStateStore>? logger, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _database = new Database(options);
        _reader = new RunReader(_database);
        _bells = new Bells(_database, time, logger ?? NullLogger<PostgreSqlStateStore>.Instance);
        _leases = new LeaseSql(_database.Names);
        _inbox = new InboxSql(_database.Names);
        _writers = new CommitQueue[options.WriteConnections];
        for (var i = 0; i < _writers.Length; i++)
        {
            _writers[i] = new CommitQueue(new JournalWriter(_database, _bells.Id), _batches, options, _bells.Ring);
        }
    }

    /// <summary>The database, for what else is kept in it.</summary>
    internal Database Database => _database;

    /// <summary>How many transactions were committed with appends and creations; for benchmarks.</summary>
    internal long Commits => _writers.Sum(static writer => writer.Commits);

    /// <summary>Reaches the database, sees that it can be used, and makes or updates the schema when it may. Later calls do nothing.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="StateStoreException">The database can't be used; the message says why and what to do.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken = default)
    {
        RequireOpen();
        await _database.OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<RunId> CreateAsync(NewRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        cancellationToken.ThrowIfCancellationRequested();
        EventNumbers.Require(run.Events.Span, 0);
        var write = new PendingWrite(run, Serialize(run.Events.Span));
        WriterOf(run.Id).Submit(write, cancellationToken);
        return write.Created;
    }

    /// <inheritdoc/>
    public ValueTask AppendAsync(RunAppend append, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        EventNumbers.Require(append);
        var write = new PendingWrite(append, Serialize(append.Events.Span));
        WriterOf(append.Run).Submit(write, cancellationToken);
        return write.Appended;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordedEvent> ReadAsync(RunId run, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);
        RequireOpen();
        var last = afterSequence;
        while (true)
        {
            var rows = await _reader.ReadPieceAsync(run, last, cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (row.Sequence != last + 1)
                {
                    throw new StateStoreException($"{_database.Description} is damaged: fact {last + 1} of run '{run}' is missing. Restore a backup.", isTransient: false);
                }

                last = row.Sequence;
                yield return new RecordedEvent(row.Sequence, StoredTime.To(row.Timestamp), RunEventJson.Read(row.Type, row.SchemaVersion, row.Payload));
            }

            if (rows.Count == 0)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<RunSummary?> FindAsync(RunId run, CancellationToken cancellationToken)
    {
        RequireOpen();
        return _reader.FindAsync(run, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Page<RunSummary>> QueryAsync(RunQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.PageSize, RunQuery.MaxPageSize, nameof(query));
        RequireOpen();
        return _reader.ListAsync(query, ListPosition.Parse(query.Continuation), cancellationToken);
    }

    /// <summary>Ends the connections when the appends under way have ended, and waits for that. Later calls fail.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends the connections when the appends under way have ended, without waiting for that. Later calls fail.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            // Whoever has an append under way hears of its end; there is nobody to tell about the end of a connection.
            _ = CloseAsync();
        }
    }

    private async Task CloseAsync()
    {
        await Task.WhenAll(_writers.Select(static writer => writer.CloseAsync())).ConfigureAwait(false);
        await _bells.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    private void RequireOpen() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);

    // Always the same for a run, so that its appends keep their order.
    private CommitQueue WriterOf(RunId run) => _writers[(uint)StringComparer.Ordinal.GetHashCode(run.Value) % (uint)_writers.Length];

    private EventBatch Serialize(ReadOnlySpan<RecordedEvent> events)
    {
        var batch = _batches.Rent();
        batch.Fill(events);
        return batch;
    }
}
