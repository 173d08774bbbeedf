using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>
/// The one writer of a file. What is submitted while a commit is under way waits, and shares the next one: a flush of the disk
/// costs the same for one append as for a thousand.
/// </summary>
/// <remarks>
/// There is no writer thread. A caller that finds the queue idle commits on its own thread, so that a run which appends one batch
/// after another pays for no wake-up. Once callers come together, the commits move to the thread pool and the callers wait.
/// </remarks>
internal sealed class CommitQueue : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly StoreWriter _writer;
    private readonly string _file;
    private readonly int _maxGroupSize;
    private readonly int _maxGroupBytes;
    private readonly Action _ring;
    private readonly Action _release;
    private readonly Queue<PendingWrite> _waiting = new();
    private readonly List<PendingWrite> _group = [];
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _rings;
    private bool _committing;
    private bool _crowded;
    private bool _closing;

    /// <summary>Makes the queue of a file.</summary>
    /// <param name="writer">The statements.</param>
    /// <param name="file">The file, for messages.</param>
    /// <param name="options">How much shares one commit.</param>
    /// <param name="ring">Called after a commit that others should look at.</param>
    /// <param name="release">Closes the file; called once, when the queue is closed and its last commit has ended.</param>
    public CommitQueue(StoreWriter writer, string file, SqliteStateStoreOptions options, Action ring, Action release)
    {
        _writer = writer;
        _file = file;
        _maxGroupSize = options.MaxGroupSize;
        _maxGroupBytes = options.MaxGroupBytes;
        _ring = ring;
        _release = release;
    }

    /// <summary>How many transactions were committed; for benchmarks. Read it when nothing is under way.</summary>
    public long Commits { get; private set; }

    /// <summary>Commits a write now or queues it. Its own answer tells which of both has happened, and how it ended.</summary>
    public void Submit(PendingWrite write, CancellationToken cancellationToken)
    {
        bool start;
        bool inline;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, typeof(SqliteStateStore));
            start = !_committing;
            _committing = true;

            // The callers of a group that has just ended come back one by one. Would the first of them commit alone, the others
            // would wait for two flushes instead of one.
            inline = start && !_crowded;
            if (!inline)
            {
                _waiting.Enqueue(write);
            }
        }

        if (inline)
        {
            _ = write.TryTake();
            _group.Add(write);
            var rings = CommitGroup();
            if (HasMore())
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }

            Ring(rings);
            return;
        }

        write.CancelWith(cancellationToken);
        if (start)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Takes nothing more. What was taken is committed, and then the file is closed. Called once.</summary>
    /// <returns>Ends when the file is closed.</returns>
    public Task CloseAsync()
    {
        bool idle;
        lock (_gate)
        {
            _closing = true;
            idle = !_committing;
        }

        if (idle)
        {
            Release();
        }

        return _closed.Task;
    }

    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            TakeGroup();
            Ring(CommitGroup());
        }
        while (HasMore());
    }

    private bool HasMore()
    {
        lock (_gate)
        {
            if (_waiting.Count > 0)
            {
                return true;
            }

            _committing = false;
            if (!_closing)
            {
                return false;
            }
        }

        Release();
        return false;
    }

    private void Release()
    {
        _release();
        _closed.SetResult();
    }

    private void TakeGroup()
    {
        var bytes = 0L;
        lock (_gate)
        {
            while (_group.Count < _maxGroupSize && _waiting.TryPeek(out var next))
            {
                if (_group.Count > 0 && bytes + next.Size > _maxGroupBytes)
                {
                    break;
                }

                _waiting.Dequeue();
                if (next.TryTake())
                {
                    bytes += next.Size;
                    _group.Add(next);
                }
                else
                {
                    next.Release();
                }
            }

            _crowded = _group.Count > 1;
        }
    }

    /// <summary>Commits the group and tells its callers.</summary>
    /// <returns>Whether others should look at what there is.</returns>
    private bool CommitGroup()
    {
        _rings = false;
        if (_group.Count == 0)
        {
            return false;
        }

        if (TryCommit(_group) is { } failure)
        {
            CommitOneByOne(failure);
        }

        foreach (var write in _group)
        {
            write.Release();
            write.Complete();
        }

        _group.Clear();
        return _rings;
    }

    private void Ring(bool rings)
    {
        if (rings)
        {
            _ring();
        }
    }

    /// <summary>One transaction for all of them: all are kept, or none.</summary>
    /// <returns>Why none was kept, or null.</returns>
    private Exception? TryCommit(IReadOnlyList<PendingWrite> writes)
    {
        try
        {
            _writer.Begin();
            foreach (var write in writes)
            {
                write.Apply(_writer);
            }

            _rings |= _writer.Commit();
            Commits++;
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, the callers are told; were it thrown here, they would wait for ever.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return RollBack(e);
        }
    }

    private Exception RollBack(Exception cause)
    {
        try
        {
            _writer.Rollback();
            return cause;
        }
        catch (SqliteFaultException e)
        {
            return new AggregateException(cause, e);
        }
    }

    // One write that can't be kept must not take the others of its group down with it.
    private void CommitOneByOne(Exception failure)
    {
        var alone = _group.Count == 1 || failure is SqliteFaultException { IsBusy: true };
        foreach (var write in _group)
        {
            write.Restart();
            if ((alone ? failure : TryCommit([write])) is { } reason)
            {
                write.Refuse(Describe(reason));
            }
        }
    }

    private OrchestrationException Describe(Exception failure) => failure switch
    {
        SqliteFaultException fault => SqliteFaults.Translate(fault, _file),
        OrchestrationException known => known,
        _ => new StateStoreException($"The store '{_file}' failed: {failure.Message} Nothing was written.", isTransient: false, failure),
    };
}
