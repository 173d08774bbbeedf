using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>Somebody else has appended to the run: it has another version than was expected. Nothing was written.</summary>
public sealed class ConcurrentAppendException : OrchestrationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="run">The run.</param>
    /// <param name="expectedVersion">The version that was expected.</param>
    /// <param name="actualVersion">The version that the run has.</param>
    public ConcurrentAppendException(RunId run, long expectedVersion, long actualVersion)
        : base($"Run '{run}' is at version {actualVersion}, not at {expectedVersion}: another writer has appended to it. Nothing was written; load the run again.")
    {
        Run = run;
        ExpectedVersion = expectedVersion;
        ActualVersion = actualVersion;
    }

    /// <summary>The run.</summary>
    public RunId Run { get; }

    /// <summary>The version that was expected.</summary>
    public long ExpectedVersion { get; }

    /// <summary>The version that the run has.</summary>
    public long ActualVersion { get; }
}
