namespace OrchestrationEngine.Testing;

/// <summary>The process "died" here. Thrown by <see cref="CrashingStateStore"/>; caught by the test that simulates the death, and by nothing else.</summary>
public sealed class SimulatedCrashException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SimulatedCrashException()
        : this("The simulated process has died.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Where it died.</param>
    public SimulatedCrashException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with what caused it.</summary>
    /// <param name="message">Where it died.</param>
    /// <param name="innerException">What caused it.</param>
    public SimulatedCrashException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
