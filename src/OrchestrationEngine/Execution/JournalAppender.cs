using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>Stores the facts of a run's steps, with patience for a store that is busy or out of reach. Used by the run's loop alone.</summary>
internal sealed class JournalAppender(NodeContext node, IRunHost host, OwnedRun run)
{
    /// <summary>Appends the facts of a step. Ends when they are stored; fails when they can't be, and the state has then run ahead of the store.</summary>
    /// <param name="state">The state after them.</param>
    /// <param name="step">The facts.</param>
    /// <param name="answers">What becomes of the messages that they come from, stored with them; null for none.</param>
    /// <param name="messages">What other runs are told, stored with them; null for nothing.</param>
    public async ValueTask AppendAsync(RunState state, RunStep step, IReadOnlyList<InboxAnswer>? answers, IReadOnlyList<RunMessage>? messages)
    {
        var append = new RunAppend(state.Id, state.Version - step.Recorded.Length, step.Recorded, state.Status, run.Epoch)
        {
            Answers = answers,
            Messages = messages is null ? null : [.. messages.Select(static message => InboxCommands.Write(message.Id, message.To, message.Command))],
        };
        for (var tries = 1; ; tries++)
        {
            try
            {
                await node.Store.AppendAsync(append, CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (OrchestrationException e) when (tries > 1 && (e is ConcurrentAppendException or LeaseLostException or InboxAnsweredException))
            {
                // Perhaps an earlier try was written after all, and only its acknowledgement was lost. The journal knows.
                throw new StateStoreException("An append that had failed may have been written. " + e.Message, isTransient: true, e);
            }
            catch (StateStoreException e) when (e.IsTransient && !host.IsStopping && !run.HasEnded)
            {
                // Nothing was written, so the same facts are appended again; the attempts that are out go on meanwhile.
                var delay = Backoff.Delay(tries);
                Log.AppendDelayed(node.Log, state.Id, tries, delay, e.Message);
                await Pauses.ForAsync(delay, node.Time, run.Stay.Over).ConfigureAwait(false);
            }
        }
    }
}
