using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Registry;

/// <summary>
/// Keeps plans by id and version. A plan that was added never changes: another content needs another version. Runs keep their own copies, so nothing
/// that happens here changes a run.
/// </summary>
/// <remarks>Called from any thread, many at once.</remarks>
public interface IPlanRegistry : IPlanSource
{
    /// <summary>Adds a plan. Adding one that is there already, with the same content, changes nothing.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellationToken">Cancels before the plan is added.</param>
    /// <exception cref="PlanInvalidException">The plan has problems; the exception has all of them.</exception>
    /// <exception cref="PlanExistsException">There is a plan of this id and version with another content.</exception>
    ValueTask AddAsync(OrchestrationPlan plan, CancellationToken cancellationToken);

    /// <summary>Lists the plans: by id, and the versions of each from the earliest to the latest.</summary>
    /// <param name="id">Only plans of this id; null for all.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    ValueTask<IReadOnlyList<PlanReference>> ListAsync(string? id, CancellationToken cancellationToken);
}

/// <summary>A plan by its name.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
public sealed record PlanReference(string Id, string Version)
{
    /// <summary>The name in a word: <c>review@2.1</c>.</summary>
    public override string ToString() => $"{Id}@{Version}";
}
