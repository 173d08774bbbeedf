using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>
/// Keeps journals in the memory of the process, as objects: nothing is serialized, and nothing outlives the process.
/// For tests, and for work that may be lost.
/// </summary>
public sealed partial class InMemoryStateStore : IStateStore, IStateStoreNotifications, IRetentionStore
{
    private readonly ConcurrentDictionary<RunId, InMemoryJournal> _journals = new();

    // Leases, messages and the order of runs. Taken before the lock of a journal, never after it.
    private readonly Lock _gate = new();
    private readonly List<InMemoryJournal> _byAge = [];
    private readonly Dictionary<string, RunId> _businessKeys = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private long _lastNumber;

    /// <summary>Makes an empty store.</summary>
    /// <param name="time">The store's clock, by which leases end and runs are due; null for the system's.</param>
    public InMemoryStateStore(TimeProvider? time = null) => _time = time ?? TimeProvider.System;

    /// <inheritdoc/>
    public ValueTask<RunId> CreateAsync(NewRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        cancellationToken.ThrowIfCancellationRequested();
        EventNumbers.Require(run.Events.Span, 0);
        lock (_gate)
        {
            if (run.BusinessKey is { } key && _businessKeys.TryGetValue(key, out var holder))
            {
                return ValueTask.FromResult(holder);
            }

            if (_journals.ContainsKey(run.Id))
            {
                throw new RunExistsException(run.Id);
            }

            var owner = run.Owner is { } node ? EnteredNode(node) : null;
            var journal = new InMemoryJournal(run, ++_lastNumber);
            _journals[run.Id] = journal;
            _byAge.Add(journal);
            if (run.BusinessKey is not null)
            {
                _businessKeys[run.BusinessKey] = run.Id;
            }

            if (owner is not null)
            {
                Give(journal, owner);
            }
            else if (!run.Status.IsTerminal())
            {
                SetDue(journal, NowTicks);
            }
        }

        if (run.Owner is null)
        {
            Ring();
        }

        return ValueTask.FromResult(run.Id);
    }

    /// <inheritdoc/>
    public ValueTask AppendAsync(RunAppend append, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        EventNumbers.Require(append);
        if (!_journals.TryGetValue(append.Run, out var journal))
        {
            throw new RunNotFoundException(append.Run);
        }

        if (append.Answers is not { Count: > 0 } && append.Messages is not { Count: > 0 } && !append.Status.IsTerminal())
        {
            journal.Append(append);
            return ValueTask.CompletedTask;
        }

        lock (_gate)
        {
            journal.Append(append);
            Answer(journal, append.Answers);
            PostAll(append.Messages);
            if (append.Status.IsTerminal())
            {
                EndLease(journal, wakeAt: null);
            }
        }

        Ring();
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
        var before = query.Continuation is null ? long.MaxValue : ParseContinuation(query.Continuation);
        while (OlderThan(before) is { Count: > 0 } older)
        {
            foreach (var journal in older)
            {
                before = journal.Number;
                var summary = journal.Summarize();
                if (!Matches(query, summary))
                {
                    continue;
                }

                if (items.Count == query.PageSize)
                {
                    return ValueTask.FromResult(new Page<RunSummary>(items, (before + 1).ToString(CultureInfo.InvariantCulture)));
                }

                items.Add(summary);
            }
        }

        return ValueTask.FromResult(new Page<RunSummary>(items, null));
    }

    private static bool Matches(RunQuery query, RunSummary summary)
        => (query.Statuses is not { Count: > 0 } || query.Statuses.Contains(summary.Status))
            && (query.PlanId is null || query.PlanId == summary.PlanId)
            && (query.BusinessKey is null || query.BusinessKey == summary.BusinessKey)
            && (query.UpdatedBefore is not { } limit || summary.UpdatedAt < limit);

    private static long ParseContinuation(string continuation)
        => long.TryParse(continuation, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentException($"'{continuation}' is not a continuation that this store gave. Ask with the one of the page before, or with none for the first page.", nameof(continuation));

    /// <summary>Some runs created before one, the newest first: few at a time, so that a long list holds nobody up.</summary>
    private List<InMemoryJournal> OlderThan(long number)
    {
        const int Most = 256;
        lock (_gate)
        {
            var end = IndexOf(number);
            var start = Math.Max(0, end - Most);
            var older = _byAge.GetRange(start, end - start);
            older.Reverse();
            return older;
        }
    }

    /// <summary>The index of the first run from a number on. Under the lock.</summary>
    private int IndexOf(long number)
    {
        var (low, high) = (0, _byAge.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _byAge[middle].Number < number ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
