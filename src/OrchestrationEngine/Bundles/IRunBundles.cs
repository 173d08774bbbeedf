using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Bundles;

/// <summary>
/// Takes whole runs from one place to another: plan, journal, contents and a report for people in one signed file, which can be verified without the
/// engine that wrote it, and imported into another store. Registered by <c>AddOrchestration</c>.
/// </summary>
/// <remarks>
/// Safe to call from many threads and on many nodes at once. It needs no node to be started. It is the file that
/// <c>IRunRetention</c> archives runs in, which is not signed. docs/bundles.md has the format.
/// </remarks>
public interface IRunBundles
{
    /// <summary>
    /// Writes a run that has ended as a bundle. All contents that its journal names and the artifact store has are in it; those that it does not have
    /// are listed as missing. The same run gives the same bytes, but for the signature by an ECDSA key, which has a random part.
    /// </summary>
    /// <param name="run">The run. Runs that did tasks of it are runs of their own, with bundles of their own.</param>
    /// <param name="destination">Where to; it need not be able to seek, and is not closed. What was written before an error is no bundle.</param>
    /// <param name="options">The key to sign with.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="RunArchiveException">It has not ended, is too large, or one of its contents is damaged.</exception>
    Task ExportAsync(RunId run, Stream destination, BundleExportOptions options, CancellationToken cancellationToken = default);

    /// <summary>
    /// Verifies a bundle without changing anything: its form, its signature, every checksum, that it has all parts and no others, and that the journal
    /// leads to the end that it says. It needs no store.
    /// </summary>
    /// <param name="source">The bundle, all of it; it can seek, and is not closed.</param>
    /// <param name="options">The keys that are believed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What it has.</returns>
    /// <exception cref="RunArchiveException">It is damaged, not believed, or no bundle; it names all parts that are wrong.</exception>
    /// <exception cref="JournalFormatException">A newer version of the library wrote it.</exception>
    Task<RunArchive> VerifyAsync(Stream source, BundleReadOptions options, CancellationToken cancellationToken = default);

    /// <summary>
    /// Verifies a bundle and puts the run into the store, as a run that has ended: its contents first, verified once more and linked, then the run in one
    /// commit. It can be looked at and restarted like any other. A run that is there already, the same fact for fact, is left as it is; so an import that
    /// died can be made again.
    /// </summary>
    /// <param name="source">The bundle, all of it; it can seek, and is not closed.</param>
    /// <param name="options">The keys that are believed.</param>
    /// <param name="cancellationToken">Cancels before the run is there; contents that nobody needs then are removed by the collection.</param>
    /// <exception cref="RunArchiveException">
    /// The bundle is damaged or not believed, there is another run with its id or its business key, or there is no artifact store for its contents.
    /// </exception>
    /// <exception cref="JournalFormatException">A newer version of the library wrote it.</exception>
    Task<BundleImport> ImportAsync(Stream source, BundleReadOptions options, CancellationToken cancellationToken = default);
}
