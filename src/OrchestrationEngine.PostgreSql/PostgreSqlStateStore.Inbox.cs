using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql;

// Messages to runs, and who is told that there is something to look for.
public sealed partial class PostgreSqlStateStore
{
    private readonly InboxSql _inbox;

    /// <inheritdoc/>
    public async ValueTask PostAsync(InboxMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        RequireOpen();
        var exists = await _database.ChangeAsync(
            [_inbox.Post(message), _bells.Notify()],
            static async (reader, cancellation) => await reader.ReadAsync(cancellation).ConfigureAwait(false) && reader.GetBoolean(0),
            cancellationToken).ConfigureAwait(false);
        if (!exists)
        {
            throw new RunNotFoundException(message.Run);
        }

        _bells.Ring();
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<InboxMessage>> ReadInboxAsync(NodeId node, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        RequireOpen();
        return _database.AskAsync<IReadOnlyList<InboxMessage>>(
            [_inbox.Read(node, max)],
            static async (reader, cancellation) =>
            {
                var messages = new List<InboxMessage>();
                while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    messages.Add(new InboxMessage
                    {
                        Id = reader.GetString(0),
                        Run = new RunId(reader.GetString(1)),
                        Kind = reader.GetString(2),
                        Payload = JsonData.Parse(reader.GetString(3)),
                    });
                }

                return messages;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<InboxAnswer?> FindAnswerAsync(string messageId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messageId);
        RequireOpen();
        return _database.AskAsync<InboxAnswer?>(
            [_inbox.FindAnswer(messageId)],
            async (reader, cancellation) => await reader.ReadAsync(cancellation).ConfigureAwait(false)
                ? new InboxAnswer(messageId, reader.IsDBNull(0) ? null : reader.GetString(0))
                : null,
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>By LISTEN on a connection of its own, from the first subscription on; not behind a proxy, where only what this store did rings.</remarks>
    public IDisposable Subscribe(Action ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        RequireOpen();
        return _bells.Subscribe(ring);
    }
}
