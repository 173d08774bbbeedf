using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Registry;

/// <summary>The registry has no such plan.</summary>
public sealed class PlanNotFoundException : OrchestrationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="id">The id that was asked for.</param>
    /// <param name="version">The version that was asked for; null for the latest.</param>
    /// <param name="known">What would have been right: the versions of the plan, or the ids there are.</param>
    public PlanNotFoundException(string id, string? version, string known)
        : base(version is null ? $"There is no plan '{id}'. {known}" : $"There is no plan '{id}' of version '{version}'. {known}")
    {
        Id = id;
        Version = version;
    }

    /// <summary>Says what there is instead, where the source can tell.</summary>
    internal static async ValueTask<PlanNotFoundException> OfAsync(string id, string? version, IPlanSource source, CancellationToken cancellationToken)
    {
        if (source is not IPlanRegistry registry)
        {
            return new PlanNotFoundException(id, version, "The application's source of plans does not have it.");
        }

        var versions = await registry.ListAsync(id, cancellationToken).ConfigureAwait(false);
        if (versions.Count > 0)
        {
            return new PlanNotFoundException(id, version, $"Its versions are: {string.Join(", ", versions.TakeLast(10).Select(plan => $"'{plan.Version}'"))}.");
        }

        var ids = (await registry.ListAsync(null, cancellationToken).ConfigureAwait(false)).Select(plan => plan.Id).Distinct().ToList();
        var nearest = new NameSuggestions().Find(id, ids);
        return new PlanNotFoundException(id, version, $"{PlanCheck.Known("The registry has", ids)} Add plans with AddPlan to AddOrchestration().{(nearest is null ? "" : $" Did you mean '{nearest}'?")}");
    }

    /// <summary>The id that was asked for.</summary>
    public string Id { get; }

    /// <summary>The version that was asked for; null for the latest.</summary>
    public string? Version { get; }
}
