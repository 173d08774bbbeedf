using System.Numerics;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>
/// One run of the in-memory store: its journal, in chunks so that a long one is never copied, and its lease. The lock of the journal is held for the
/// length of one append or one look-up; the lease is changed under the lock of the store, and where an append looks at it, under both.
/// </summary>
internal sealed class InMemoryJournal
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
    private long _epoch;
    private RunStatus _status;
    private bool _closed;
    private DateTimeOffset _updatedAt;

    public InMemoryJournal(NewRun created, long number)
    {
        _created = created with { Events = default };
        Number = number;
        _status = created.Status;
        CreatedAt = created.Events.Span[0].Timestamp;
        Write(created.Events.Span);
    }

    public RunId Id => _created.Id;

    public string PlanId => _created.PlanId;

    public string? BusinessKey => _created.BusinessKey;

    public IReadOnlyList<string> Agents => _created.Agents;

    /// <summary>Its place in the order of creation.</summary>
    public long Number { get; }

    public DateTimeOffset CreatedAt { get; }

    /// <summary>Who has the lease. Under the lock of the store.</summary>
    public NodeId? Owner { get; private set; }

    /// <summary>When it is due, in UTC ticks of the store's clock; null for never, and while it has an owner. Under the lock of the store.</summary>
    public long? DueAt { get; set; }

    /// <summary>Its place in the order in which runs became due: where a clock stands still, none overtakes another. Under the lock of the store.</summary>
    public long DueNumber { get; set; }

    /// <summary>Messages without an answer, oldest first; null for none. Under the lock of the store.</summary>
    public List<InMemoryMessage>? Mail { get; set; }

    public bool IsTerminal
    {
        get
        {
            lock (_gate)
            {
                return _status.IsTerminal();
            }
        }
    }

    public long Epoch
    {
        get
        {
            lock (_gate)
            {
                return _epoch;
            }
        }
    }

    /// <summary>Gives the lease to a node, or ends it; either begins an epoch. Under the lock of the store.</summary>
    /// <returns>The epoch.</returns>
    public long Lease(NodeId? owner)
    {
        lock (_gate)
        {
            Owner = owner;
            return ++_epoch;
        }
    }

    public void Append(in RunAppend append)
    {
        lock (_gate)
        {
            if (_closed)
            {
                throw new RunNotFoundException(append.Run);
            }

            if (append.Epoch != _epoch)
            {
                throw new LeaseLostException(append.Run, append.Epoch, _epoch);
            }

            if (append.ExpectedVersion != _version)
            {
                throw new ConcurrentAppendException(append.Run, append.ExpectedVersion, _version);
            }

            RequireUnanswered(append.Answers);
            if (!append.Events.IsEmpty)
            {
                Write(append.Events.Span);
            }

            _status = append.Status;
        }
    }

    /// <summary>Refuses whatever comes from now on, if the run has ended: an append that found the run before it was removed is not lost in silence.</summary>
    public bool TryClose()
    {
        lock (_gate)
        {
            return _closed = _closed || _status.IsTerminal();
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
                Epoch = _epoch,
                Node = Owner,
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

    private void RequireUnanswered(IReadOnlyList<InboxAnswer>? answers)
    {
        foreach (var answer in answers ?? [])
        {
            if (Mail?.Exists(posted => posted.Message.Id == answer.MessageId) != true)
            {
                throw new InboxAnsweredException(Id, answer.MessageId);
            }
        }
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
