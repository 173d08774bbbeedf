namespace OrchestrationEngine.State;

/// <summary>A message of the in-memory store. Under the lock of the store.</summary>
/// <param name="message">What was posted.</param>
/// <param name="journal">The run.</param>
/// <param name="number">Its place in the order of all messages.</param>
internal sealed class InMemoryMessage(InboxMessage message, InMemoryJournal journal, long number)
{
    public InboxMessage Message => message;

    public InMemoryJournal Journal => journal;

    public long Number => number;

    public InboxAnswer? Answer { get; set; }
}
