using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

// Messages to runs, and who is told that there is something to look for.
public sealed partial class InMemoryStateStore
{
    private static readonly TimeSpan AnswersAreKept = TimeSpan.FromHours(1);

    private readonly Dictionary<string, InboxAnswer?> _messages = new(StringComparer.Ordinal);
    private readonly Queue<(string Message, long At)> _answered = new();
    private Action[] _listeners = [];

    /// <inheritdoc/>
    public ValueTask PostAsync(InboxMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_journals.TryGetValue(message.Run, out var journal))
            {
                throw new RunNotFoundException(message.Run);
            }

            if (!_messages.TryAdd(message.Id, null))
            {
                return ValueTask.CompletedTask;
            }

            (journal.Mail ??= []).Add(message);
            if (journal.Owner is null)
            {
                SetDue(journal, NowTicks);
            }
        }

        Ring();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<InboxMessage>> ReadInboxAsync(NodeId node, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            IReadOnlyList<InboxMessage> mail = Entered(node) is { } entered
                ? [.. entered.Runs.Where(journal => journal.Mail is not null).OrderBy(journal => journal.Number).SelectMany(journal => journal.Mail!).Take(max)]
                : [];
            return ValueTask.FromResult(mail);
        }
    }

    /// <inheritdoc/>
    public ValueTask<InboxAnswer?> FindAnswerAsync(string messageId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(_messages.GetValueOrDefault(messageId));
        }
    }

    /// <inheritdoc/>
    public IDisposable Subscribe(Action ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        lock (_gate)
        {
            _listeners = [.. _listeners, ring];
        }

        return new Listener(this, ring);
    }

    private void Answer(InMemoryJournal journal, IReadOnlyList<InboxAnswer>? answers)
    {
        foreach (var answer in answers ?? [])
        {
            journal.Mail!.RemoveAll(message => message.Id == answer.MessageId);
            _messages[answer.MessageId] = answer;
            _answered.Enqueue((answer.MessageId, NowTicks));
            journal.Mail = journal.Mail.Count == 0 ? null : journal.Mail;
        }
    }

    private static void RequireUnanswered(InMemoryJournal journal, IReadOnlyList<InboxAnswer>? answers)
    {
        foreach (var answer in answers ?? [])
        {
            if (journal.Mail?.Exists(message => message.Id == answer.MessageId) != true)
            {
                throw new InboxAnsweredException(journal.Id, answer.MessageId);
            }
        }
    }

    private void DropOldAnswers()
    {
        while (_answered.TryPeek(out var answered) && NowTicks - answered.At > AnswersAreKept.Ticks)
        {
            _messages.Remove(_answered.Dequeue().Message);
        }
    }

    // Outside the lock: listeners look for what there is.
    private void Ring()
    {
        foreach (var listener in Volatile.Read(ref _listeners))
        {
            listener();
        }
    }

    private void Forget(Action ring)
    {
        lock (_gate)
        {
            var left = _listeners.ToList();
            left.Remove(ring);
            _listeners = [.. left];
        }
    }

    private sealed class Listener(InMemoryStateStore store, Action ring) : IDisposable
    {
        public void Dispose() => store.Forget(ring);
    }
}
