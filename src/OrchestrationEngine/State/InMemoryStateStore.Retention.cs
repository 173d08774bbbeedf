namespace OrchestrationEngine.State;

// What is kept, and for how long.
public sealed partial class InMemoryStateStore
{
    /// <inheritdoc/>
    /// <remarks>Memory is given back at once, so one slice does it all.</remarks>
    public ValueTask<PurgeSlice> PurgeAsync(PurgeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request.Runs, nameof(request));
        cancellationToken.ThrowIfCancellationRequested();
        var rows = 0L;
        var purged = new HashSet<InMemoryJournal>();
        foreach (var run in request.Runs)
        {
            lock (_gate)
            {
                if (!_journals.TryGetValue(run, out var journal) || journal.Owner is not null || !journal.TryClose())
                {
                    continue;
                }

                SetDue(journal, null);
                _journals.TryRemove(run, out _);
                _byAge.RemoveAt(IndexOf(journal.Number));
                if (journal.BusinessKey is { } key)
                {
                    _businessKeys.Remove(key);
                }

                purged.Add(journal);
                rows += journal.Summarize().Version;
            }
        }

        if (purged.Count > 0)
        {
            rows += DropMessages(purged);
        }

        return ValueTask.FromResult(new PurgeSlice(purged.Count, rows, IsDone: true));
    }

    /// <inheritdoc/>
    /// <remarks>The facts are objects and have no size in bytes: <see cref="PlanStorage.PayloadBytes"/> is 0.</remarks>
    public ValueTask<IReadOnlyList<PlanStorage>> GetStorageAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<PlanStorage> plans =
        [
            .. _journals.Values.GroupBy(journal => journal.PlanId, StringComparer.Ordinal)
                .Select(plan => new PlanStorage(plan.Key, plan.LongCount(), plan.Sum(journal => journal.Summarize().Version), 0))
                .OrderBy(plan => plan.PlanId, StringComparer.Ordinal),
        ];
        return ValueTask.FromResult(plans);
    }

    /// <inheritdoc/>
    public ValueTask<bool> CompactAsync(TimeSpan budget, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(false);
    }

    private int DropMessages(HashSet<InMemoryJournal> purged)
    {
        lock (_gate)
        {
            var messages = _messages.Values.Where(message => purged.Contains(message.Journal)).ToList();
            messages.ForEach(Drop);
            return messages.Count;
        }
    }
}
