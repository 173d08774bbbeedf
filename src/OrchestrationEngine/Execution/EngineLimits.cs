namespace OrchestrationEngine.Execution;

/// <summary>How much may be under way at the same time in this process, as the application says. Immutable.</summary>
/// <param name="Attempts">Attempts in all.</param>
/// <param name="PerPlan">Attempts of all runs of a plan, by the plan's id.</param>
/// <param name="PerAgent">Attempts by an agent, by the name under which it is registered.</param>
/// <param name="Resources">How much there is of each named resource.</param>
internal sealed record EngineLimits(
    int Attempts,
    IReadOnlyDictionary<string, int> PerPlan,
    IReadOnlyDictionary<string, int> PerAgent,
    IReadOnlyDictionary<string, int> Resources);
