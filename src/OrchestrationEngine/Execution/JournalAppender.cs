using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>Stores the facts of a run's steps, with patience for a store that is busy or out of reach. Used by the run's loop alone.</summary>
internal sealed class JournalAppender(NodeContext node, IRunHost host)
{
    /// <summary>Appends the facts of a step. Ends when they are stored; fails when they can't be, and the state has then run ahead of the store.</summary>
    public async ValueTask AppendAsync(RunState state, RunStep step)
    {
        var append = new RunAppend(state.Id, state.Version - step.Recorded.Length, step.Recorded, state.Status);
        for (var tries = 1; ; tries++)
        {
            try
            {
                await node.Store.AppendAsync(append, CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (ConcurrentAppendException e) when (tries > 1)
            {
                // Perhaps an earlier try was written after all, and only its acknowledgement was lost. The journal knows.
                throw new StateStoreException("An append that had failed may have been written. " + e.Message, isTransient: true, e);
            }
            catch (StateStoreException e) when (e.IsTransient && !host.IsStopping)
            {
                // Nothing was written, so the same facts are appended again; the attempts that are out go on meanwhile.
                var delay = Backoff.Delay(tries);
                Log.AppendDelayed(node.Log, state.Id, tries, delay, e.Message);
                await Task.Delay(delay, node.Time, host.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
