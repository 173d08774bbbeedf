using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Registry;

/// <summary>Keeps plans in the memory of the process: those that the application adds at its start, and those that are added later.</summary>
public sealed class InMemoryPlanRegistry : IPlanRegistry
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, SortedDictionary<string, OrchestrationPlan>> _plans = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<OrchestrationPlan?> FindAsync(string id, string? version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Find(id, version));
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(OrchestrationPlan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        cancellationToken.ThrowIfCancellationRequested();
        Add(plan);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PlanReference>> ListAsync(string? id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<PlanReference>>(
                [.. _plans.Where(plan => id is null || plan.Key == id).SelectMany(plan => plan.Value.Keys.Select(version => new PlanReference(plan.Key, version)))]);
        }
    }

    /// <summary>Adds a plan; as <see cref="AddAsync"/>, at once.</summary>
    /// <param name="plan">The plan.</param>
    public void Add(OrchestrationPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var problems = PlanVerifier.Verify(plan);
        if (problems.Count > 0)
        {
            throw new PlanInvalidException(plan.Id, problems);
        }

        lock (_gate)
        {
            if (!_plans.TryGetValue(plan.Id, out var versions))
            {
                _plans[plan.Id] = versions = new(PlanVersions.Order);
            }

            if (!versions.TryAdd(plan.Version, plan) && !SaysTheSame(versions[plan.Version], plan))
            {
                throw new PlanExistsException(new PlanReference(plan.Id, plan.Version));
            }
        }
    }

    private OrchestrationPlan? Find(string id, string? version)
    {
        lock (_gate)
        {
            if (!_plans.TryGetValue(id, out var versions))
            {
                return null;
            }

            return version is null ? versions.Last().Value : versions.GetValueOrDefault(version);
        }
    }

    private static bool SaysTheSame(OrchestrationPlan one, OrchestrationPlan other)
        => ReferenceEquals(one, other) || PlanJson.Write(one).AsSpan().SequenceEqual(PlanJson.Write(other));
}
