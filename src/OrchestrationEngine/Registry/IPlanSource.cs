using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Registry;

/// <summary>Where the plans come from that others name by their ids. The engine asks when a task starts a plan as its own; register one to have such tasks.</summary>
/// <remarks>Called from any thread, many at once. A plan that was found is kept by the run that uses it, so that a later change changes no run.</remarks>
public interface IPlanSource
{
    /// <summary>Finds a plan.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="version">Its version; null for the one that new runs are to have.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The plan, or null when there is none. Whatever is thrown counts as not being able to say: it is tried again.</returns>
    ValueTask<OrchestrationPlan?> FindAsync(string id, string? version, CancellationToken cancellationToken);
}
