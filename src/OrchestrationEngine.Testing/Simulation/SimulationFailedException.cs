namespace OrchestrationEngine.Testing;

/// <summary>A simulation found something that is not as it must be. The message says what, how to replay it, and what led to it.</summary>
public sealed class SimulationFailedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SimulationFailedException()
        : this("A simulation has failed.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was found.</param>
    public SimulationFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with what caused it.</summary>
    /// <param name="message">What was found.</param>
    /// <param name="innerException">What caused it.</param>
    public SimulationFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception from a report.</summary>
    /// <param name="report">The report of the simulation, shrunk where that was asked for.</param>
    public SimulationFailedException(SimulationReport report)
        : base(report?.ToString())
        => Report = report;

    /// <summary>The report, or null.</summary>
    public SimulationReport? Report { get; }
}
