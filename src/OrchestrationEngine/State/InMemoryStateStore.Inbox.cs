using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

// Messages to runs, and who is told that there is something to look for.
public sealed partial class InMemoryStateStore
{
    private static readonly TimeSpan AnswersAreKept = TimeSpan.FromHours(1);

    private readonly Dictionary<string, InMemoryMessage> _messages = new(StringComparer.Ordinal);
    private readonly Queue<(InMemoryMessage Message, long At)> _answered = new();
    private Listener[] _listeners = [];
    private long _lastMessage;

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

            if (!Post(message, journal))
            {
                return ValueTask.CompletedTask;
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
                ? [.. entered.Runs.SelectMany(journal => journal.Mail ?? []).OrderBy(posted => posted.Number).Take(max).Select(posted => posted.Message)]
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
            return ValueTask.FromResult(_messages.GetValueOrDefault(messageId)?.Answer);
        }
    }

    /// <inheritdoc/>
    public IDisposable Subscribe(Action ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        var listener = new Listener(this, ring);
        lock (_gate)
        {
            _listeners = [.. _listeners, listener];
        }

        return listener;
    }

    private bool Post(InboxMessage message, InMemoryJournal journal)
    {
        var posted = new InMemoryMessage(message, journal, _lastMessage + 1);
        if (!_messages.TryAdd(message.Id, posted))
        {
            return false;
        }

        _lastMessage++;
        (journal.Mail ??= []).Add(posted);
        if (journal.Owner is null)
        {
            SetDue(journal, NowTicks);
        }

        return true;
    }

    private void PostAll(IReadOnlyList<InboxMessage>? messages)
    {
        foreach (var message in messages ?? [])
        {
            if (_journals.TryGetValue(message.Run, out var journal) && !journal.IsTerminal)
            {
                Post(message, journal);
            }
        }
    }

    private void Answer(InMemoryJournal journal, IReadOnlyList<InboxAnswer>? answers)
    {
        foreach (var answer in answers ?? [])
        {
            var message = _messages[answer.MessageId];
            message.Answer = answer;
            _answered.Enqueue((message, NowTicks));
            journal.Mail!.Remove(message);
            journal.Mail = journal.Mail.Count == 0 ? null : journal.Mail;
        }
    }

    private void DropOldAnswers()
    {
        while (_answered.TryPeek(out var answered) && NowTicks - answered.At > AnswersAreKept.Ticks)
        {
            Drop(_answered.Dequeue().Message);
        }
    }

    // A message of a purged run may be gone already, and another may have come under its id.
    private void Drop(InMemoryMessage message)
    {
        if (_messages.GetValueOrDefault(message.Message.Id) == message)
        {
            _messages.Remove(message.Message.Id);
        }
    }

    // Outside the lock: listeners look for what there is.
    private void Ring()
    {
        foreach (var listener in Volatile.Read(ref _listeners))
        {
            listener.Ring();
        }
    }

    private sealed class Listener(InMemoryStateStore store, Action ring) : IDisposable
    {
        public void Ring() => ring();

        public void Dispose()
        {
            lock (store._gate)
            {
                store._listeners = [.. store._listeners.Where(listener => listener != this)];
            }
        }
    }
}
