using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>
/// Keeps the state of one run in the store now and then, where the store can: not before the journal has grown by half of what the last one
/// covered, so that all of them together cost no more than the journal itself. Used by the run's loop alone.
/// </summary>
internal sealed class SnapshotKeeper(NodeContext node, OwnedRun run)
{
    private long _covered;

    /// <summary>The version from which the next one is due is counted: that of the state which the run was loaded from.</summary>
    public void Loaded(long version) => _covered = version;

    /// <summary>Keeps the state if it is time. Call when all its facts are stored. Never fails: what is kept is a cache.</summary>
    public async ValueTask FollowAsync(RunState state)
    {
        var every = node.Settings.SnapshotEvery;
        if (every == 0 || run.Stay.Over.IsCancellationRequested || state.Version - _covered < Math.Max(every, _covered / 2) || node.Store is not ISnapshotStore store)
        {
            return;
        }

        // Whatever comes of it: a store that refuses is not asked again at every step.
        _covered = state.Version;
        try
        {
            if (RunStateCodec.Encode(state) is not { } content)
            {
                Log.StateTooLarge(node.Log, state.Id, state.Version);
                return;
            }

            await store.SaveSnapshotAsync(new StateSnapshot(state.Id, state.Version, RunStateCodec.Format, content), run.Stay.Over).ConfigureAwait(false);
            Log.StateKept(node.Log, state.Id, state.Version, content.Length);
        }
        catch (OperationCanceledException) when (run.Stay.Over.IsCancellationRequested)
        {
            // Nobody waits for a cache on the way down; the next owner of the run keeps one.
        }
        catch (Exception e)
        {
            Log.StateNotKept(node.Log, state.Id, state.Version, e);
        }
    }
}
