using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine;

/// <summary>What became of changes of a run's plan.</summary>
public sealed record PatchResult
{
    /// <summary>Whether the changes were made. Where they were not, nothing was changed.</summary>
    public required bool IsAccepted { get; init; }

    /// <summary>The number of the fact in the run's journal that holds the changes; null where they were refused.</summary>
    public long? Sequence { get; init; }

    /// <summary>What is different in the run's plan now; null where the changes were refused.</summary>
    public PlanDifference? Difference { get; init; }

    /// <summary>
    /// Everything that spoke against the changes; empty where they were made. Pointers that begin with <c>/changes</c> lead into the patch, others into
    /// the plan as it would have been.
    /// </summary>
    public IReadOnlyList<PlanProblem> Problems { get; init; } = [];
}

/// <summary>What became of the wish that a run goes on by another version of its plan.</summary>
public sealed record MoveResult
{
    /// <summary>The verdict, with its reasons. The run has moved when it is <see cref="MoveOutcome.Safe"/>; otherwise nothing was changed.</summary>
    public required MoveVerdict Verdict { get; init; }

    /// <summary>Whether the run goes on by the other version.</summary>
    public bool IsMoved => Verdict.Outcome == MoveOutcome.Safe;

    /// <summary>The number of the fact in the run's journal that holds the plan; null where the run has not moved.</summary>
    public long? Sequence { get; init; }

    /// <summary>What is different in the run's plan now; null where the run has not moved.</summary>
    public PlanDifference? Difference { get; init; }
}
