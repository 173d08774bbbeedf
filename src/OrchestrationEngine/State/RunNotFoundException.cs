using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>There is no run with this id.</summary>
public sealed class RunNotFoundException : OrchestrationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="run">The id.</param>
    public RunNotFoundException(RunId run)
        : base($"There is no run '{run}' in this store. List the runs to see which there are.")
    {
        Run = run;
    }

    /// <summary>The id.</summary>
    public RunId Run { get; }
}
