namespace OrchestrationEngine;

/// <summary>The errors that this library raises for conditions that a caller may want to handle. Bugs of a caller are <see cref="ArgumentException"/>s.</summary>
public abstract class OrchestrationException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was wrong, where, what was expected and what to do.</param>
    protected OrchestrationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with what caused it.</summary>
    /// <param name="message">What was wrong, where, what was expected and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    protected OrchestrationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
