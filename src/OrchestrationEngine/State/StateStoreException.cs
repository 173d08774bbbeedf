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
