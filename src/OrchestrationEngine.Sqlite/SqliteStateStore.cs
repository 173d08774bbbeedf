using System.Runtime.CompilerServices;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Nodes;
using OrchestrationEngine.Sqlite.Reading;
using OrchestrationEngine.Sqlite.Schema;
using OrchestrationEngine.Sqlite.Writing;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite;

/// <summary>
/// Keeps runs, their journals and their attempts in one SQLite file. Appends that come together share one commit;
/// reads have connections of their own and never wait for the writer.
/// </summary>
/// <remarks>
/// Any number of stores, of any number of processes of one machine, may have a file open; each run is one node's at a time, by its lease.
/// SQLite works on the calling thread: a read runs on the caller's, an append either on its caller's (when no other is under way)
/// or together with others on the thread pool. Disposing waits for the appends under way.
/// </remarks>
public sealed partial class SqliteStateStore : IStateStore, ISnapshotStore, IRetentionStore, IStateStoreNotifications, IAsyncDisposable, IDisposable
{
    private readonly TimeProvider _time;
    private readonly StoreWriter _writer;
    private readonly CommitQueue _commits;
    private readonly ReaderPool _readers;
    private readonly NodeLocks _locks;
    private readonly Notifications _notifications;
    private readonly EventBatchPool _batches = new();
    private int _disposed;

    /// <summary>Opens a file with the default options, or creates it.</summary>
    /// <param name="filePath">The database file. Its folder must exist.</param>
    /// <exception cref="StateStoreException">The file can't be opened, is not a store, or is newer than this version; the message says which.</exception>
    public SqliteStateStore(string filePath)
        : this(new SqliteStateStoreOptions { FilePath = filePath })
    {
    }

    /// <summary>Opens a file, or creates it.</summary>
    /// <param name="options">Which file, and how it is kept.</param>
    /// <exception cref="OrchestrationConfigurationException">The options make no sense.</exception>
    /// <exception cref="StateStoreException">The file can't be opened, is not a store, or is newer than this version; the message says which.</exception>
    public SqliteStateStore(SqliteStateStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        FilePath = Path.GetFullPath(options.FilePath);
        RequireFolder(FilePath);
        _time = options.TimeProvider;
        Database? database = null;
        try
        {
            database = StoreFile.OpenForWriting(FilePath, options);
            _writer = new StoreWriter(database, FilePath, options);
        }
        catch (Exception e)
        {
            database?.Dispose();
            if (e is SqliteFaultException fault)
            {
                throw SqliteFaults.Translate(fault, FilePath);
            }

            throw;
        }

        _locks = new NodeLocks(FilePath);
        _readers = new ReaderPool(FilePath, options.BusyTimeout, options.ReadConnections);
        _notifications = new Notifications(FilePath, _writer.Bell, _time);
        _commits = new CommitQueue(_writer, FilePath, options, _notifications.Ring, Close);
    }

    /// <summary>The full path of the database file.</summary>
    public string FilePath { get; }

    /// <summary>The store's clock.</summary>
    internal TimeProvider Time => _time;

    /// <summary>How many transactions were committed; for benchmarks.</summary>
    internal long Commits => _commits.Commits;

    /// <inheritdoc/>
    public ValueTask<RunId> CreateAsync(NewRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        cancellationToken.ThrowIfCancellationRequested();
        EventNumbers.Require(run.Events.Span, 0);
        var write = new RunWrite(run, Serialize(run.Events.Span), _batches);
        _commits.Submit(write, cancellationToken);
        return write.Answer;
    }

    /// <inheritdoc/>
    public ValueTask AppendAsync(RunAppend append, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        EventNumbers.Require(append);
        var write = new RunWrite(append, Serialize(append.Events.Span), _batches);
        _commits.Submit(write, cancellationToken);
        return write.Done;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordedEvent> ReadAsync(RunId run, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);

        // SQLite has nothing to wait for; the signature is the port's.
        await ValueTask.CompletedTask.ConfigureAwait(false);
        var rows = new List<StoredEvent>();
        var last = afterSequence;
        bool hasMore;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Clear();
            hasMore = Read((Run: run, After: last, Rows: rows), static (reader, piece) => reader.ReadPiece(piece.Run, piece.After, piece.Rows));
            foreach (var row in rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (row.Sequence != last + 1)
                {
                    throw new StateStoreException($"The store '{FilePath}' is damaged: fact {last + 1} of run '{run}' is missing. Restore a backup.", isTransient: false);
                }

                last = row.Sequence;
                yield return new RecordedEvent(row.Sequence, StoredTime.To(row.Timestamp), RunEventJson.Read(row.Type, row.SchemaVersion, row.Payload));
            }
        }
        while (hasMore);
    }

    /// <inheritdoc/>
    public ValueTask<RunSummary?> FindAsync(RunId run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(run, static (reader, run) => reader.Find(run)));
    }

    /// <inheritdoc/>
    public ValueTask<Page<RunSummary>> QueryAsync(RunQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.PageSize, RunQuery.MaxPageSize, nameof(query));
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read((Query: query, Before: ListPosition.Parse(query.Continuation)), static (reader, list) => reader.List(list.Query, list.Before)));
    }

    /// <summary>Closes the file when the appends under way have ended, and waits for that. Later calls fail.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _commits.CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Closes the file when the appends under way have ended, without waiting for that. Later calls fail.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            // Whoever ends the last append closes the file, so there is nothing to wait for here and nothing that can fail.
            _ = _commits.CloseAsync();
        }
    }

    private static void RequireFolder(string file)
    {
        if (Directory.Exists(file))
        {
            throw new StateStoreException($"The store '{file}' can't be opened: this is a folder. Give the path of a file.", isTransient: false);
        }

        if (Path.GetDirectoryName(file) is { } folder && !Directory.Exists(folder))
        {
            throw new StateStoreException($"The store '{file}' can't be opened: the folder '{folder}' does not exist. Create it, or give another path.", isTransient: false);
        }
    }

    private void Close()
    {
        _notifications.Dispose();
        _readers.Dispose();
        _writer.Dispose();
        _locks.Dispose();
    }

    private EventBatch Serialize(ReadOnlySpan<RecordedEvent> events)
    {
        var batch = _batches.Rent();
        batch.Fill(events);
        return batch;
    }

    /// <summary>Changes the file, together with what others change at the same time.</summary>
    internal ValueTask<TResult> Write<TResult>(Func<StoreWriter, TResult> work, CancellationToken cancellationToken, long size = 0)
    {
        var write = new PendingWork<TResult>(work, size);
        _commits.Submit(write, cancellationToken);
        return write.Answer;
    }

    /// <summary>Reads from the file.</summary>
    internal TResult Read<TArguments, TResult>(TArguments arguments, Func<RunReader, TArguments, TResult> read)
    {
        try
        {
            var reader = _readers.Rent();
            try
            {
                return read(reader, arguments);
            }
            finally
            {
                _readers.Return(reader);
            }
        }
        catch (SqliteFaultException fault)
        {
            throw SqliteFaults.Translate(fault, FilePath);
        }
    }
}
