using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>
/// The leases that are to be given back, until the store has taken them. Many threads add; the claims loop alone sends.
/// </summary>
internal sealed class LeaseReleases(NodeContext node)
{
    private const int AtOnce = 16;

    private readonly Lock _gate = new();
    private Dictionary<RunId, Item> _waiting = [];

    /// <summary>How many are to be given back.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Whether this lease is to be given back.</summary>
    public bool Has(RunId run, long epoch)
    {
        lock (_gate)
        {
            return _waiting.TryGetValue(run, out var item) && item.Epoch == epoch;
        }
    }

    /// <summary>Adds a lease.</summary>
    /// <param name="run">The run, which is the node's no longer.</param>
    /// <param name="dueAt">When it is due again, in UTC ticks; null for when there is a message.</param>
    /// <param name="refusal">What its messages are to be answered with first; null leaves them for who has it next.</param>
    public void Add(OwnedRun run, long? dueAt, string? refusal = null)
    {
        lock (_gate)
        {
            _waiting[run.Id] = new Item(run.Id, run.Epoch, run.Stay, dueAt, refusal);
        }
    }

    /// <summary>Gives back what is there. What fails is kept.</summary>
    /// <returns>How many were given back, or had ended by themselves; and what went wrong with one of the others, or null.</returns>
    public async ValueTask<(int Count, Exception? Failure)> SendAsync(CancellationToken cancellationToken)
    {
        Dictionary<RunId, Item> items;
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                return default;
            }

            (items, _waiting) = (_waiting, []);
        }

        var (count, failure) = (0, (Exception?)null);
        foreach (var chunk in items.Values.OrderBy(static item => item.Run.Value, StringComparer.Ordinal).Chunk(AtOnce))
        {
            foreach (var error in await Task.WhenAll(chunk.Select(item => TrySendAsync(item, cancellationToken))).ConfigureAwait(false))
            {
                failure ??= error;
                count += error is null ? 1 : 0;
            }
        }

        return (count, failure);
    }

    private async Task<Exception?> TrySendAsync(Item item, CancellationToken cancellationToken)
    {
        if (item.Stay.HasEnded)
        {
            // So has the lease, with all others of the stay.
            return null;
        }

        try
        {
            if (item.Refusal is { } refusal)
            {
                await RefuseMailAsync(item, refusal, cancellationToken).ConfigureAwait(false);
            }

            // As late as can be: the store counts from when it is asked.
            TimeSpan? wait = item.DueAt is { } due ? TimeSpan.FromTicks(Math.Max(0, due - node.Time.GetUtcNow().UtcTicks)) : null;
            await node.Store.ReleaseAsync(new LeaseRelease(item.Run, item.Epoch, wait), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is LeaseLostException or RunNotFoundException)
        {
            return null;
        }
        catch (Exception e)
        {
            lock (_gate)
            {
                _waiting.TryAdd(item.Run, item);
            }

            return e;
        }
    }

    // Nobody can carry out a message to a run that can't be read, and one that is not answered would bring the run back at once.
    private async ValueTask RefuseMailAsync(Item item, string refusal, CancellationToken cancellationToken)
    {
        var mail = await node.Store.ReadInboxAsync(item.Stay.Id, 10_000, cancellationToken).ConfigureAwait(false);
        var answers = mail.Where(message => message.Run == item.Run).Select(message => new InboxAnswer(message.Id, refusal)).ToList();
        if (answers.Count > 0 && await node.Store.FindAsync(item.Run, cancellationToken).ConfigureAwait(false) is { } summary && summary.Epoch == item.Epoch)
        {
            await node.Store.AppendAsync(new RunAppend(item.Run, summary.Version, default, summary.Status, item.Epoch) { Answers = answers }, cancellationToken).ConfigureAwait(false);
            node.Answers.Tell(answers);
        }
    }

    private sealed record Item(RunId Run, long Epoch, NodeStay Stay, long? DueAt, string? Refusal);
}
