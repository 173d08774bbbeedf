namespace OrchestrationEngine.Registry;

/// <summary>There is a plan of this id and version, and it says something else.</summary>
public sealed class PlanExistsException : OrchestrationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="plan">The id and version.</param>
    public PlanExistsException(PlanReference plan)
        : base($"There is a plan '{plan?.Id}' of version '{plan?.Version}' already, and it says something else. A version never changes: give the new content another version.")
    {
        ArgumentNullException.ThrowIfNull(plan);
        Plan = plan;
    }

    /// <summary>The id and version.</summary>
    public PlanReference Plan { get; }
}
