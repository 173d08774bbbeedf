using OrchestrationEngine.Runs;

namespace OrchestrationEngine.PostgreSql.Writing;

/// <summary>
/// One writer: a connection and those who wait for it. What is submitted while a commit is under way waits, and shares the next one: a round trip and a
/// flush of the disk cost the same for one append as for a thousand.
/// </summary>
/// <remarks>
/// There is no writer thread. A caller that finds the queue idle sends its append itself. Once callers come together, the commits begin on the thread
/// pool, so that those who come a moment later share them.
/// </remarks>
internal sealed class CommitQueue : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly JournalWriter _journal;
    private readonly EventBatchPool _batches;
    private readonly int _maxGroupSize;
    private readonly int _maxGroupBytes;
    private readonly Action _ring;
    private readonly Queue<PendingWrite> _waiting = new();
    private readonly List<PendingWrite> _again = [];
    private readonly List<PendingWrite> _group = [];
    private readonly HashSet<RunId> _runs = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _committing;
    private bool _crowded;
    private bool _closing;

    /// <summary>Makes the queue of a connection.</summary>
    /// <param name="journal">The connection.</param>
    /// <param name="batches">Where batches go back to.</param>
    /// <param name="options">How much shares one commit.</param>
    /// <param name="ring">Called when something was written of which listeners in this process should hear.</param>
    public CommitQueue(JournalWriter journal, EventBatchPool batches, PostgreSqlStateStoreOptions options, Action ring)
    {
        _journal = journal;
        _batches = batches;
        _maxGroupSize = options.MaxGroupSize;
        _maxGroupBytes = options.MaxGroupBytes;
        _ring = ring;
    }

    /// <summary>How many transactions were committed; for benchmarks. Read it when nothing is under way.</summary>
    public long Commits => _journal.Commits;

    /// <summary>Sends a write now or queues it. Its own answer tells how it ended.</summary>
    public void Submit(PendingWrite write, CancellationToken cancellationToken)
    {
        bool start;
        bool inline;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, typeof(PostgreSqlStateStore));
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

            // Whatever goes wrong in it is told to those whose writes it has; the task itself never fails.
            _ = CommitAllAsync();
            return;
        }

        write.CancelWith(cancellationToken);
        if (start)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Takes nothing more, and ends the connection when what was taken is committed. Called once.</summary>
    public async Task CloseAsync()
    {
        lock (_gate)
        {
            _closing = true;
            if (!_committing)
            {
                _idle.TrySetResult();
            }
        }

        await _idle.Task.ConfigureAwait(false);
        await _journal.DisposeAsync().ConfigureAwait(false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        TakeGroup();
        _ = CommitAllAsync();
    }

    private async Task CommitAllAsync()
    {
        bool more;
        do
        {
            if (_group.Count > 0)
            {
                await _journal.CommitAsync(_group).ConfigureAwait(false);
            }

            more = CompleteGroup();
        }
        while (more);
    }

    /// <summary>Tells the callers of the group how it went, and takes the next.</summary>
    /// <returns>Whether there is a next.</returns>
    private bool CompleteGroup()
    {
        var rings = false;
        foreach (var write in _group)
        {
            rings |= write.Rings;
            _batches.Return(write.Batch);
        }

        if (rings)
        {
            _ring();
        }

        if (_group is [var alone])
        {
            // The writer is free before its caller goes on: it may come back at once, and on this very thread.
            _group.Clear();
            var more = HasMore();
            if (more)
            {
                TakeGroup();
            }

            alone.Complete(inline: !more);
            return more;
        }

        foreach (var write in _group)
        {
            write.Complete(inline: false);
        }

        _group.Clear();
        if (!HasMore())
        {
            return false;
        }

        TakeGroup();
        return true;
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
            if (_closing)
            {
                _idle.TrySetResult();
            }

            return false;
        }
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
                if (_runs.Contains(next.Run))
                {
                    // One statement changes a row once: of two writes to one run, the second has the next commit.
                    _again.Add(next);
                }
                else if (next.TryTake())
                {
                    _runs.Add(next.Run);
                    bytes += next.Size;
                    _group.Add(next);
                }
                else
                {
                    _batches.Return(next.Batch);
                }
            }

            PutBack();
            _crowded = _group.Count > 1;
        }
    }

    // Before all others, in their order.
    private void PutBack()
    {
        _runs.Clear();
        if (_again.Count == 0)
        {
            return;
        }

        var behind = _waiting.ToArray();
        _waiting.Clear();
        foreach (var write in _again.Concat(behind))
        {
            _waiting.Enqueue(write);
        }

        _again.Clear();
    }
}
