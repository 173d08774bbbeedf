using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>
/// Keeps journals in the memory of the process, as objects: nothing is serialized, and nothing outlives the process.
/// For tests, and for work that may be lost.
/// </summary>
public sealed class InMemoryStateStore : IStateStore
{
    private readonly ConcurrentDictionary<RunId, Journal> _journals = new();
    private readonly Lock _creating = new();
    private readonly List<Journal> _byAge = [];
    private readonly Dictionary<string, RunId> _businessKeys = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<RunId> CreateAsync(NewRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        cancellationToken.ThrowIfCancellationRequested();
        EventNumbers.Require(run.Events.Span, 0);
        lock (_creating)
        {
            if (run.BusinessKey is { } key)
            {
                if (_businessKeys.TryGetValue(key, out var holder))
                {
                    return ValueTask.FromResult(holder);
                }
            }

            if (_journals.ContainsKey(run.Id))
            {
                throw new RunExistsException(run.Id);
            }

            var journal = new Journal(run);
            _journals[run.Id] = journal;
            _byAge.Add(journal);
            if (run.BusinessKey is not null)
            {
                _businessKeys[run.BusinessKey] = run.Id;
            }
        }

        return ValueTask.FromResult(run.Id);
    }

    /// <inheritdoc/>
    public ValueTask AppendAsync(RunAppend append, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        EventNumbers.Require(append.Events.Span, append.ExpectedVersion);
        if (!_journals.TryGetValue(append.Run, out var journal))
        {
            throw new RunNotFoundException(append.Run);
        }

        journal.Append(append);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordedEvent> ReadAsync(RunId run, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);
        if (!_journals.TryGetValue(run, out var journal))
        {
            yield break;
        }

        // The journal is in memory: there is nothing to wait for, the signature is the port's.
        await ValueTask.CompletedTask.ConfigureAwait(false);
        for (var after = afterSequence; journal.TryGetAfter(after, out var recorded); after++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return recorded;
        }
    }

    /// <inheritdoc/>
    public ValueTask<RunSummary?> FindAsync(RunId run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_journals.TryGetValue(run, out var journal) ? journal.Summarize() : null);
    }

    /// <inheritdoc/>
    public ValueTask<Page<RunSummary>> QueryAsync(RunQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.PageSize, RunQuery.MaxPageSize, nameof(query));
        cancellationToken.ThrowIfCancellationRequested();
        var items = new List<RunSummary>();
        int next;
        lock (_creating)
        {
            next = query.Continuation is null ? _byAge.Count - 1 : ParseContinuation(query.Continuation);
        }

        for (; next >= 0; next--)
        {
            Journal journal;
            lock (_creating)
            {
                journal = _byAge[next];
            }

            var summary = journal.Summarize();
            if (!Matches(query, summary))
            {
                continue;
            }

            if (items.Count == query.PageSize)
            {
                return ValueTask.FromResult(new Page<RunSummary>(items, next.ToString(CultureInfo.InvariantCulture)));
            }

            items.Add(summary);
        }

        return ValueTask.FromResult(new Page<RunSummary>(items, null));
    }

    private static bool Matches(RunQuery query, RunSummary summary)
        => (query.Statuses is not { Count: > 0 } || query.Statuses.Contains(summary.Status))
            && (query.PlanId is null || query.PlanId == summary.PlanId)
            && (query.BusinessKey is null || query.BusinessKey == summary.BusinessKey);

    private int ParseContinuation(string continuation)
        => int.TryParse(continuation, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < _byAge.Count
            ? index
            : throw new ArgumentException($"'{continuation}' is not a continuation that this store gave. Ask with the one of the page before, or with none for the first page.", nameof(continuation));

    /// <summary>One run's journal, in chunks so that a long one is never copied. Its lock is held for the length of one append or one look-up.</summary>
    private sealed class Journal
    {
        // A short run should not pay for a long one's chunks, so they grow with the journal, up to the largest.
        private const int LargestChunk = 4096;
        private const int SmallestChunk = 8;
        private const int LargestLog = 9; // 4096 facts fill chunks 0 to 9, so fact 4096 begins chunk 10.

        private readonly NewRun _created;
        private readonly Lock _gate = new();
        private readonly List<RecordedEvent[]> _chunks = [];
        private int _used;
        private long _version;
        private RunStatus _status;
        private DateTimeOffset _updatedAt;

        public Journal(NewRun created)
        {
            _created = created with { Events = default };
            CreatedAt = created.Events.Span[0].Timestamp;
            Write(created.Events.Span);
        }

        public DateTimeOffset CreatedAt { get; }

        public void Append(in RunAppend append)
        {
            lock (_gate)
            {
                if (append.ExpectedVersion != _version)
                {
                    throw new ConcurrentAppendException(append.Run, append.ExpectedVersion, _version);
                }

                Write(append.Events.Span);
                _status = append.Status;
            }
        }

        public bool TryGetAfter(long sequence, out RecordedEvent recorded)
        {
            lock (_gate)
            {
                if (sequence >= _version)
                {
                    recorded = default;
                    return false;
                }

                var (chunk, offset) = Locate(sequence);
                recorded = _chunks[chunk][offset];
                return true;
            }
        }

        public RunSummary Summarize()
        {
            lock (_gate)
            {
                return new RunSummary
                {
                    Id = _created.Id,
                    PlanId = _created.PlanId,
                    PlanVersion = _created.PlanVersion,
                    BusinessKey = _created.BusinessKey,
                    Status = _status,
                    Version = _version,
                    CreatedAt = CreatedAt,
                    UpdatedAt = _updatedAt,
                };
            }
        }

        // Chunks of 8, 8, 16, 32, ... up to the largest: each as long as all before it together.
        private static (int Chunk, int Offset) Locate(long index)
        {
            if (index >= LargestChunk)
            {
                return (LargestLog + (int)(index / LargestChunk), (int)(index % LargestChunk));
            }

            if (index < SmallestChunk)
            {
                return (0, (int)index);
            }

            var doublings = BitOperations.Log2((uint)index / SmallestChunk);
            return (doublings + 1, (int)index - (SmallestChunk << doublings));
        }

        private void Write(ReadOnlySpan<RecordedEvent> events)
        {
            foreach (ref readonly var recorded in events)
            {
                if (_chunks.Count == 0 || _used == _chunks[^1].Length)
                {
                    _chunks.Add(new RecordedEvent[Math.Clamp(_version, SmallestChunk, LargestChunk)]);
                    _used = 0;
                }

                _chunks[^1][_used++] = recorded;
                _version++;
            }

            _updatedAt = events[^1].Timestamp;
        }
    }
}
