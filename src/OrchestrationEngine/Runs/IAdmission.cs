namespace OrchestrationEngine.Runs;

/// <summary>The limits of the engine, as the decisions of one run see them. Asked by the run's loop alone.</summary>
internal interface IAdmission
{
    /// <summary>Takes all that an attempt at a task needs of the engine, at once or not at all. Asked last of all, when nothing else keeps the task from starting.</summary>
    /// <returns>
    /// Null: it is taken, and the task starts. Otherwise the gate that is closed for this run; whoever closed it opens it again
    /// (<see cref="RunAgenda.Open"/>) when it is the run's turn.
    /// </returns>
    Gate? TryTake(RunState state, int task);

    /// <summary>Why a gate of the engine holds back tasks that are ready, for the person who asks; begins in the middle of a sentence.</summary>
    string Reason(Gate gate);
}
