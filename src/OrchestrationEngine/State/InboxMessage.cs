using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>Something that is wanted of a run.</summary>
public sealed record InboxMessage
{
    /// <summary>Names the message: posting one again changes nothing. Up to 128 characters, unique over all runs of the store.</summary>
    public required string Id { get; init; }

    /// <summary>The run.</summary>
    public required RunId Run { get; init; }

    /// <summary>What is wanted: <c>pause</c>, <c>signal</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The rest of it, as JSON.</summary>
    public JsonData Payload { get; init; }
}

/// <summary>What became of a message.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="Refusal">Why it was refused; null when it was carried out.</param>
public readonly record struct InboxAnswer(string MessageId, string? Refusal);
