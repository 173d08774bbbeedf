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
        var (runs, rows) = (0, 0L);
        foreach (var run in request.Runs)
        {
            lock (_gate)
            {
                if (!_journals.TryGetValue(run, out var journal) || !journal.IsTerminal || journal.Owner is not null)
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

                foreach (var message in journal.Mail ?? [])
                {
                    _messages.Remove(message.Id);
                }

                runs++;
                rows += journal.Summarize().Version;
            }
        }

        return ValueTask.FromResult(new PurgeSlice(runs, rows, IsDone: true));
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
}
