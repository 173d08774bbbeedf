using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>Folds a run's journal from the store into its state.</summary>
internal static class JournalReader
{
    /// <exception cref="RunNotFoundException">The store has no such run.</exception>
    /// <exception cref="JournalFormatException">A fact can't be read, or can't follow those before it.</exception>
    public static async ValueTask<RunState> ReadAsync(RunId run, NodeContext node)
    {
        RunState? state = null;
        await foreach (var recorded in node.Store.ReadAsync(run, 0, CancellationToken.None).ConfigureAwait(false))
        {
            state = Fold(state, recorded, run, node);
        }

        return state ?? throw new RunNotFoundException(run);
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
