using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>
/// Folds a run's journal from the store into its state: from the beginning, or from the state that was kept last. The answer is the same;
/// a kept state that can't be used is as good as none.
/// </summary>
internal static class JournalReader
{
    /// <summary>Reads where a run stands.</summary>
    /// <param name="run">The run.</param>
    /// <param name="node">The node.</param>
    /// <returns>The state, and the version up to which it was kept: 0 when it was folded from the beginning.</returns>
    /// <exception cref="RunNotFoundException">The store has no such run.</exception>
    /// <exception cref="JournalFormatException">A fact can't be read, or can't follow those before it.</exception>
    public static async ValueTask<(RunState State, long Kept)> ReadAsync(RunId run, NodeContext node)
    {
        if (node.Settings.SnapshotEvery > 0 && node.Store is ISnapshotStore store)
        {
            var (state, kept) = await FromKeptAsync(run, node, store).ConfigureAwait(false);
            if (state is not null)
            {
                return (state, kept);
            }
        }

        return (await FoldAsync(null, 0, run, node).ConfigureAwait(false) ?? throw new RunNotFoundException(run), 0);
    }

    private static async ValueTask<(RunState? State, long Kept)> FromKeptAsync(RunId run, NodeContext node, ISnapshotStore store)
    {
        try
        {
            if (await store.LoadSnapshotAsync(run, CancellationToken.None).ConfigureAwait(false) is not { } kept)
            {
                return default;
            }

            if (kept.Format != RunStateCodec.Format)
            {
                Log.StateUnusable(node.Log, run, $"It has format {kept.Format}; this version of the library reads {RunStateCodec.Format}.", null);
                return default;
            }

            if (await FirstAsync(run, node).ConfigureAwait(false) is not { Event: RunCreated created } first)
            {
                return default;
            }

            var state = RunStateCodec.Decode(run, first, node.GraphOf(created.Plan), node.Settings.StopGracePeriod, kept.Content, out var problem);
            if (state is not null && await HasFactAsync(state, node).ConfigureAwait(false))
            {
                // Folding changes the state in place, its version with it.
                var version = state.Version;
                return (await FoldAsync(state, version, run, node).ConfigureAwait(false), version);
            }

            Log.StateUnusable(node.Log, run, problem ?? $"The journal has no fact {kept.Version} of the same time.", null);
        }
        catch (Exception e)
        {
            // If the journal is the reason, reading it from the beginning says so.
            Log.StateUnusable(node.Log, run, e.Message, e);
        }

        return default;
    }

    private static async ValueTask<RecordedEvent?> FirstAsync(RunId run, NodeContext node)
    {
        await foreach (var recorded in node.Store.ReadAsync(run, 0, CancellationToken.None).ConfigureAwait(false))
        {
            return recorded;
        }

        return null;
    }

    // A store that was put back from a copy may have states of facts that it does not have, or has others of the same number.
    private static async ValueTask<bool> HasFactAsync(RunState state, NodeContext node)
    {
        await foreach (var recorded in node.Store.ReadAsync(state.Id, state.Version - 1, CancellationToken.None).ConfigureAwait(false))
        {
            return recorded.Sequence == state.Version && recorded.Timestamp == state.UpdatedAt;
        }

        return false;
    }

    private static async ValueTask<RunState?> FoldAsync(RunState? state, long after, RunId run, NodeContext node)
    {
        await foreach (var recorded in node.Store.ReadAsync(run, after, CancellationToken.None).ConfigureAwait(false))
        {
            state = Fold(state, recorded, run, node);
        }

        return state;
    }

    private static RunState Fold(RunState? state, in RecordedEvent recorded, RunId run, NodeContext node)
    {
        try
        {
            if (state is null)
            {
                return RunFold.Begin(run, recorded, node.GraphOf(((RunCreated)recorded.Event).Plan), node.Settings.StopGracePeriod);
            }

            RunFold.Apply(state, recorded);
            return state;
        }
        catch (Exception e) when (e is InvalidOperationException or OrchestrationException or InvalidCastException)
        {
            throw JournalFormatException.Impossible(run, recorded.Sequence, recorded.Event.Type, e);
        }
    }
}
