using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>
/// Carries what is wanted of a run from any node to the one that has its lease, and the answer back. A message is kept until it is answered, and the
/// answer is stored in the same commit as the facts that the message made (<see cref="RunAppend.Answers"/>): it is carried out once.
/// </summary>
public interface IInboxStore
{
    /// <summary>Keeps a message for a run. A run without a lease is due at once. Nothing happens when there is a message with this id.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <exception cref="RunNotFoundException">There is no such run; nothing was kept.</exception>
    ValueTask PostAsync(InboxMessage message, CancellationToken cancellationToken);

    /// <summary>Reads the messages without an answer to runs that a node has leases on; those of one run in the order in which they were posted.</summary>
    /// <param name="node">The node.</param>
    /// <param name="max">How many at most, the oldest first; from 1.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    ValueTask<IReadOnlyList<InboxMessage>> ReadInboxAsync(NodeId node, int max, CancellationToken cancellationToken);

    /// <summary>Finds the answer to a message. Answers are kept for an hour at least.</summary>
    /// <param name="messageId">The message.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The answer; null while there is none, and where there is no such message.</returns>
    ValueTask<InboxAnswer?> FindAnswerAsync(string messageId, CancellationToken cancellationToken);
}
