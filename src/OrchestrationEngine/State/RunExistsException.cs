using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>There is a run with this id already.</summary>
public sealed class RunExistsException : OrchestrationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="run">The id.</param>
    public RunExistsException(RunId run)
        : base($"There is a run '{run}' already. Choose another id, or give a business key where the same start may come twice.")
    {
        Run = run;
    }

    /// <summary>The id.</summary>
    public RunId Run { get; }
}
