namespace OrchestrationEngine.Runs;

/// <summary>The names of a run's artifacts: how many versions each has, and which is the latest that may be handed over. Part of the state; changed by the fold alone.</summary>
/// <remarks>One entry for each name, not for each version: earlier versions are in the journal.</remarks>
internal sealed class ArtifactTable
{
    private readonly Dictionary<string, ArtifactVersions> _byName = new(StringComparer.Ordinal);

    public int Count => _byName.Count;

    /// <summary>The names, in their order.</summary>
    public IEnumerable<KeyValuePair<string, ArtifactVersions>> All => _byName.OrderBy(static entry => entry.Key, StringComparer.Ordinal);

    /// <summary>What is known of a name; the default where it is not known.</summary>
    public ArtifactVersions Of(string name) => _byName.GetValueOrDefault(name);

    /// <summary>An attempt made another version.</summary>
    public void Add(ArtifactRegistered fact)
    {
        var known = Of(fact.Artifact.Name);
        _byName[fact.Artifact.Name] = fact.Quarantined
            ? known with { Count = fact.Version }
            : new ArtifactVersions(fact.Version, fact.Version, fact.Artifact);
    }

    /// <summary>As <see cref="Add(ArtifactRegistered)"/>, from a kept state.</summary>
    public bool TryAdd(string name, ArtifactVersions versions) => _byName.TryAdd(name, versions);
}

/// <summary>What is known of the versions of a name.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Version">The latest that may be handed over; 0 where there is none.</param>
/// <param name="Latest">Its content; null where there is none.</param>
internal readonly record struct ArtifactVersions(int Count, int Version, ArtifactReference? Latest);
