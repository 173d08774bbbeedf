using OrchestrationEngine.Sqlite.Nodes;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite;

// Messages to runs, and who is told that there is something to look for.
public sealed partial class SqliteStateStore
{
    /// <inheritdoc/>
    public async ValueTask PostAsync(InboxMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        _ = await Write(
            writer =>
            {
                writer.Inbox.Post(message, writer.Now);
                return true;
            },
            cancellationToken,
            message.Payload.Length).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<InboxMessage>> ReadInboxAsync(NodeId node, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read((Stay.Of(node), max), static (reader, mail) => reader.Leases.ReadMail(mail.Item1, mail.max)));
    }

    /// <inheritdoc/>
    public ValueTask<InboxAnswer?> FindAnswerAsync(string messageId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messageId);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(messageId, static (reader, message) => reader.Leases.FindAnswer(message)));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// What this store commits is told at once. What other processes commit is noticed by looking, ten times a second while anybody listens: at a counter of
    /// SQLite that says whether the file has changed, and only then at the file.
    /// </remarks>
    public IDisposable Subscribe(Action ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        return _notifications.Subscribe(ring);
    }
}
