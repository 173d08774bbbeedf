using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>Brings the messages of the store to the loops of this node's runs. Used by the claims loop alone.</summary>
internal sealed class InboxDelivery(NodeContext node)
{
    private const int AtOnce = 256;

    // Those that are with a loop. One that is answered is not read any more, and is then forgotten; one whose loop is gone is delivered again.
    private Dictionary<string, RunActor> _delivered = new(StringComparer.Ordinal);

    /// <summary>Reads the messages to the runs of a stay and delivers those that are not with a loop yet.</summary>
    /// <param name="stay">The stay.</param>
    /// <param name="adopt">Finds a run that the store gave to the stay, and of which the node does not know; null where there is none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>How many were delivered.</returns>
    public async ValueTask<int> DeliverAsync(NodeStay stay, Func<InboxMessage, ValueTask<OwnedRun?>> adopt, CancellationToken cancellationToken)
    {
        var most = AtOnce + _delivered.Count;
        var messages = await node.Store.ReadInboxAsync(stay.Id, most, cancellationToken).ConfigureAwait(false);
        var seen = messages.Count == most ? _delivered : new Dictionary<string, RunActor>(StringComparer.Ordinal);
        var count = 0;
        foreach (var message in messages)
        {
            if ((stay.Find(message.Run) ?? await adopt(message).ConfigureAwait(false)) is not { } run || run.IsRecovering)
            {
                continue;
            }

            if (_delivered.TryGetValue(message.Id, out var with) && with == run.Actor)
            {
                seen[message.Id] = with;
                continue;
            }

            run.HadMail = true;
            if (run.TryPost(new Envelope(null, Message: message)) && run.Actor is { } actor)
            {
                seen[message.Id] = actor;
                count++;
            }
        }

        _delivered = seen;
        return count;
    }
}
