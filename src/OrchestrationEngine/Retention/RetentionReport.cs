using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Retention;

/// <summary>What was done for a rule.</summary>
public sealed record RetentionReport
{
    /// <summary>How many runs were removed.</summary>
    public required int Runs { get; init; }

    /// <summary>How many rows of the store were removed.</summary>
    public required long Rows { get; init; }

    /// <summary>How many runs were archived.</summary>
    public required int Archived { get; init; }

    /// <summary>In how many slices the runs were removed.</summary>
    public required int Slices { get; init; }

    /// <summary>How long the longest slice took, the wait for its turn to write included.</summary>
    public required TimeSpan LongestSlice { get; init; }

    /// <summary>The runs that could not be archived, and are still there.</summary>
    public required IReadOnlyList<RetentionProblem> Problems { get; init; }
}

/// <summary>A run that could not be archived.</summary>
/// <param name="Run">The run.</param>
/// <param name="Message">Why, and what to do.</param>
public sealed record RetentionProblem(RunId Run, string Message);
