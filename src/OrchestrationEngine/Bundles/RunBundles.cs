using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Bundles;

/// <summary>Writes, verifies and imports bundles. It keeps nothing between calls.</summary>
internal sealed class RunBundles(IStateStore store, IArtifactStore? artifacts) : IRunBundles
{
    public async Task ExportAsync(RunId run, Stream destination, BundleExportOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(options);
        options.Check(nameof(options));
        var row = await BundleWriter.FindAsync(store, run, cancellationToken).ConfigureAwait(false);
        await new BundleWriter(store, artifacts).WriteAsync(row, destination, options.Key, cancellationToken).ConfigureAwait(false);
    }

    public async Task<RunArchive> VerifyAsync(Stream source, BundleReadOptions options, CancellationToken cancellationToken)
    {
        var bundle = await OpenAsync(source, options, cancellationToken).ConfigureAwait(false);
        await using (bundle.ConfigureAwait(false))
        {
            return bundle.Archive;
        }
    }

    public async Task<BundleImport> ImportAsync(Stream source, BundleReadOptions options, CancellationToken cancellationToken)
    {
        var bundle = await OpenAsync(source, options, cancellationToken).ConfigureAwait(false);
        await using (bundle.ConfigureAwait(false))
        {
            var wasThere = await new RunImport(store, artifacts).ImportAsync(bundle, cancellationToken).ConfigureAwait(false);
            return new BundleImport(bundle.Archive, wasThere);
        }
    }

    /// <summary>Imports a run that must not be there.</summary>
    public async Task<RunId> RestoreAsync(Stream source, CancellationToken cancellationToken)
    {
        var bundle = await OpenAsync(source, BundleReadOptions.Unsigned, cancellationToken).ConfigureAwait(false);
        await using (bundle.ConfigureAwait(false))
        {
            await new RunImport(store, artifacts).RestoreAsync(bundle, cancellationToken).ConfigureAwait(false);
            return bundle.Archive.Run;
        }
    }

    private static Task<BundleReader> OpenAsync(Stream source, BundleReadOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        options.Check(nameof(options));
        return BundleReader.OpenAsync(source, options, cancellationToken);
    }
}
