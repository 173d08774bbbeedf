using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>The lease under which a run was to be changed has ended. Nothing was written.</summary>
public sealed class LeaseLostException : OrchestrationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="run">The run.</param>
    /// <param name="epoch">The epoch of the lease.</param>
    /// <param name="currentEpoch">The epoch of the run.</param>
    public LeaseLostException(RunId run, long epoch, long currentEpoch)
        : base($"Run '{run}' is in epoch {currentEpoch}; the lease of epoch {epoch} has ended, and another node may have the run. Nothing was written; acquire the run to go on with it.")
    {
        Run = run;
        Epoch = epoch;
        CurrentEpoch = currentEpoch;
    }

    /// <summary>The run.</summary>
    public RunId Run { get; }

    /// <summary>The epoch of the lease.</summary>
    public long Epoch { get; }

    /// <summary>The epoch of the run.</summary>
    public long CurrentEpoch { get; }
}
