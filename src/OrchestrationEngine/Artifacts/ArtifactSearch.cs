using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Artifacts;

/// <summary>Finds an artifact in the journal of its run, which is read from its beginning.</summary>
internal static class ArtifactSearch
{
    /// <summary>Finds a version of an artifact.</summary>
    /// <param name="store">The store.</param>
    /// <param name="run">The run.</param>
    /// <param name="name">The name.</param>
    /// <param name="version">The version; null for the latest that did not break its contract.</param>
    /// <param name="alsoQuarantined">Whether a version is found that broke its contract.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The reference, or null.</returns>
    public static async ValueTask<ArtifactReference?> FindAsync(IStateStore store, RunId run, string name, int? version, bool alsoQuarantined, CancellationToken cancellationToken)
    {
        ArtifactReference? found = null;
        await foreach (var recorded in store.ReadAsync(run, 0, cancellationToken).ConfigureAwait(false))
        {
            if (recorded.Event is not ArtifactRegistered registered || (registered.Quarantined && !alsoQuarantined) || !string.Equals(registered.Artifact.Name, name, StringComparison.Ordinal))
            {
                continue;
            }

            if (registered.Version == version)
            {
                return registered.Artifact;
            }

            found = version is null ? registered.Artifact : null;
        }

        return found;
    }
}
