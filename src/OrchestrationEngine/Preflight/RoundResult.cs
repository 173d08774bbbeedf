using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Preflight;

/// <summary>What one simulated run was like. Times are in ticks from its start.</summary>
internal sealed record RoundResult
{
    public required RunStatus Status { get; init; }

    public required long Makespan { get; init; }

    public required decimal Cost { get; init; }

    public required long Tokens { get; init; }

    public required int Peak { get; init; }

    /// <summary>What was done, in the order in which it ended.</summary>
    public required IReadOnlyList<Interval> Intervals { get; init; }

    /// <summary>For how long each limit held something back.</summary>
    public required IReadOnlyDictionary<string, long> Held { get; init; }
}

/// <summary>One attempt, or one wait.</summary>
/// <param name="Task">The task's number in the graph.</param>
/// <param name="Start">When it began.</param>
/// <param name="End">When it ended.</param>
/// <param name="IsSignal">Whether it waited for a signal.</param>
internal readonly record struct Interval(int Task, long Start, long End, bool IsSignal);
