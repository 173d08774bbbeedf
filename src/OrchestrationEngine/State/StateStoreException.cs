using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>The store could not do what was asked.</summary>
public sealed class StateStoreException : OrchestrationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which store, what went wrong and what to do.</param>
    /// <param name="isTransient">Whether the same call may succeed later.</param>
    /// <param name="innerException">The error of the driver, or null.</param>
    public StateStoreException(string message, bool isTransient, Exception? innerException = null)
        : base(message, innerException!)
    {
        IsTransient = isTransient;
    }

    /// <summary>Whether the same call may succeed later: the store is locked, busy or out of reach.</summary>
    public bool IsTransient { get; }
}

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
