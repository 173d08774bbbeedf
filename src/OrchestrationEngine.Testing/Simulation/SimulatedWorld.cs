namespace OrchestrationEngine.Testing;

/// <summary>What the simulation's own agents do things to: it counts what was asked for under each idempotency key, and outlives all nodes.</summary>
internal sealed class SimulatedWorld
{
    private readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);

    /// <summary>Counts a request.</summary>
    /// <returns>The how manyth it is under its key, from 1.</returns>
    public int Ask(string key) => _asked[key] = _asked.GetValueOrDefault(key) + 1;
}
