namespace OrchestrationEngine.Runs;

/// <summary>One entry of a run's journal.</summary>
/// <param name="Sequence">Its number in the run: 1, 2, 3, without a gap.</param>
/// <param name="Timestamp">When it was decided, in UTC, by the clock of the engine that decided it.</param>
/// <param name="Event">What happened.</param>
public readonly record struct RecordedEvent(long Sequence, DateTimeOffset Timestamp, RunEvent Event);
