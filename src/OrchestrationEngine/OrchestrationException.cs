namespace OrchestrationEngine;

/// <summary>
/// The base of every error that the engine raises about a plan, a run or its data. Mistakes of the calling code are of the
/// <see cref="ArgumentException"/> and <see cref="InvalidOperationException"/> families instead.
/// </summary>
public abstract class OrchestrationException : Exception
{
    /// <summary>Makes an error with a message for the person who must act on it.</summary>
    /// <param name="message">Which thing, what state it is in, what was asked of it, and what would have been right.</param>
    protected OrchestrationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an error that was caused by another one.</summary>
    /// <param name="message">Which thing, what state it is in, what was asked of it, and what would have been right.</param>
    /// <param name="innerException">The cause, or null.</param>
    protected OrchestrationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
