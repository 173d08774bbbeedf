using System.Runtime.CompilerServices;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>Reads the journal of a run from the store, and goes on as it grows. Holds nobody up: each reader has its own place in it.</summary>
internal static class JournalWatch
{
    /// <summary>The facts after a number, then each as it is stored, without a gap or a duplicate. Ends when the run does.</summary>
    /// <param name="run">The run.</param>
    /// <param name="after">The number.</param>
    /// <param name="node">The node.</param>
    /// <param name="isHere">Whether the run is this node's, which then tells of each fact.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
    public static async IAsyncEnumerable<RecordedEvent> ReadAsync(RunId run, long after, NodeContext node, Func<bool> isHere, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var subscription = node.Observers.Watch(run);
        var cursor = after;
        for (var looks = 0; ; looks++)
        {
            // Asked for before reading, so that a fact stored in between ends the wait at once.
            var (next, news) = (subscription.Next, node.News.Next(looks));
            await foreach (var recorded in node.Store.ReadAsync(run, cursor, cancellationToken).ConfigureAwait(false))
            {
                (cursor, looks) = (recorded.Sequence, 0);
                yield return recorded;
            }

            var summary = await FindAsync(run, node, cancellationToken).ConfigureAwait(false);
            if (cursor < summary.Version)
            {
                continue;
            }

            if (summary.Status.IsTerminal())
            {
                yield break;
            }

            await (isHere() ? next : Task.WhenAny(next, news).Unwrap()).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Finds a run in the store.</summary>
    /// <exception cref="RunNotFoundException">There is none.</exception>
    public static async ValueTask<RunSummary> FindAsync(RunId run, NodeContext node, CancellationToken cancellationToken)
    {
        if (await node.Store.FindAsync(run, cancellationToken).ConfigureAwait(false) is { } summary)
        {
            return summary;
        }

        node.Observers.Ended(run);
        throw new RunNotFoundException(run);
    }
}
