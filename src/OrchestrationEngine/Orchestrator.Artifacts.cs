using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Execution;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine;

/// <content>The artifacts of runs, for callers outside of attempts.</content>
internal sealed partial class Orchestrator
{
    public async Task<Stream> OpenArtifactAsync(ArtifactReference artifact, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        return await Contents().Store.OpenReadAsync(artifact.Digest, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Stream> OpenArtifactAsync(RunId run, string name, int? version, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var contents = Contents();
        await FindAsync(run, cancellationToken).ConfigureAwait(false);
        var found = await ArtifactSearch.FindAsync(_context.Store, run, name, version, alsoQuarantined: version is not null, cancellationToken).ConfigureAwait(false);
        return found is null
            ? throw ArtifactNotFoundException.Refused(default, $"Run '{run}' has no artifact '{name}'{(version is { } number ? FormattableString.Invariant($" in version {number}") : "")}. {nameof(GetManifestAsync)} lists those that it has.")
            : await contents.Store.OpenReadAsync(found.Digest, cancellationToken).ConfigureAwait(false);
    }

    public async Task<RunManifest> GetManifestAsync(RunId run, CancellationToken cancellationToken)
    {
        var projection = new ManifestProjection(run);
        await foreach (var recorded in _context.Store.ReadAsync(run, 0, cancellationToken).ConfigureAwait(false))
        {
            projection.Add(recorded);
        }

        return projection.ToManifest() ?? throw new RunNotFoundException(run);
    }

    // What is named from here on is kept for the run from here on.
    private async ValueTask RequireContentsAsync(RunId run, IEnumerable<JsonData> values, string what, CancellationToken cancellationToken)
    {
        if (_context.Contents is not { } contents)
        {
            return;
        }

        var missing = await contents.LinkAsync(run, values, cancellationToken).ConfigureAwait(false);
        if (missing.Count > 0)
        {
            throw ArtifactNotFoundException.Refused(missing[0].Digest, $"{what} for run '{run}' name contents that are not there. {RunContents.Gone(missing)} Nothing was done; give references to contents of this store.");
        }
    }

    private RunContents Contents() => _context.Contents ?? throw NoArtifactStore.Exception();
}
