using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>The numbering that every store demands of what it is given.</summary>
public static class EventNumbers
{
    /// <summary>Refuses an append whose facts are not numbered one after the other, or that has nothing at all.</summary>
    /// <param name="append">The append. It may have no facts where it has answers or messages.</param>
    /// <exception cref="ArgumentException">There is nothing to store, or the numbers have a gap.</exception>
    public static void Require(in RunAppend append)
    {
        if (!append.Events.IsEmpty || (append.Answers is not { Count: > 0 } && append.Messages is not { Count: > 0 }))
        {
            Require(append.Events.Span, append.ExpectedVersion);
        }
    }

    /// <summary>Refuses facts that are not numbered one after the other from the version they follow.</summary>
    /// <param name="events">The facts.</param>
    /// <param name="version">The number of the last fact before them.</param>
    /// <exception cref="ArgumentException">There are none, or their numbers have a gap.</exception>
    public static void Require(ReadOnlySpan<RecordedEvent> events, long version)
    {
        if (events.IsEmpty)
        {
            throw new ArgumentException("There must be at least one fact to store.", nameof(events));
        }

        for (var i = 0; i < events.Length; i++)
        {
            if (events[i].Sequence != version + 1 + i)
            {
                throw new ArgumentException($"Fact {i + 1} of {events.Length} has number {events[i].Sequence}; expected {version + 1 + i}.", nameof(events));
            }
        }
    }
}
