using OrchestrationEngine.Bundles;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Retention;

/// <summary>
/// Keeps the store bounded: removes runs that have ended, and archives them before. Registered by <c>AddOrchestration</c>; the rules of
/// <see cref="OrchestrationOptions.Retention"/> are applied by each node by itself, from time to time.
/// </summary>
/// <remarks>Safe to call from many threads and on many nodes at once. It needs no node to be started.</remarks>
public interface IRunRetention
{
    /// <summary>
    /// Removes the runs that a rule is about, in slices that hold a lock for about 20 milliseconds, with a pause after each. Where the rule has an archive,
    /// a run is removed only after its bundle is on the disk; one that can't be archived stays.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="cancellationToken">Ends it after the slice under way.</param>
    /// <exception cref="ArgumentException">The rule makes no sense.</exception>
    /// <exception cref="OrchestrationConfigurationException">The store can't remove runs.</exception>
    /// <exception cref="RunArchiveException">The folder can't be written to.</exception>
    Task<RetentionReport> ApplyAsync(RetentionRule rule, CancellationToken cancellationToken = default);

    /// <summary>Writes a run that has ended as a bundle: a zip file with its plan, its journal, the contents that it names, and their checksums; not signed. The run stays in the store.</summary>
    /// <param name="run">The run.</param>
    /// <param name="destination">Where to; it is not closed. What was written before an error is no bundle.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="RunArchiveException">It has not ended, or is too large.</exception>
    Task ArchiveAsync(RunId run, Stream destination, CancellationToken cancellationToken = default);

    /// <summary>Writes a run that has ended as a bundle file. The file is on the disk, whole, when the call returns; until then it has another name.</summary>
    /// <param name="run">The run.</param>
    /// <param name="folder">The folder; it is made where it is missing. The file is named after the run and the time of its creation.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="RunArchiveException">It has not ended, is too large, or the folder can't be written to.</exception>
    Task<string> ArchiveAsync(RunId run, string folder, CancellationToken cancellationToken = default);

    /// <summary>Reads a bundle and verifies it: its form, every checksum, and that the journal leads to the end that it says. Not who wrote it: <see cref="IRunBundles"/> does.</summary>
    /// <param name="source">The bundle, from its beginning; it can seek, and is not closed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RunArchiveException">It is damaged, or no bundle.</exception>
    /// <exception cref="JournalFormatException">A newer version of the library wrote it.</exception>
    Task<RunArchive> ReadArchiveAsync(Stream source, CancellationToken cancellationToken = default);

    /// <summary>Puts a run back from its bundle as a run that has ended: its contents, then the run in one commit. It can be looked at and restarted like any other.</summary>
    /// <param name="source">The bundle, from its beginning; it can seek, and is not closed.</param>
    /// <param name="cancellationToken">Cancels before the run is there.</param>
    /// <returns>The run.</returns>
    /// <exception cref="RunExistsException">There is a run with its id.</exception>
    /// <exception cref="RunArchiveException">The bundle is damaged, or another run has its business key.</exception>
    /// <exception cref="JournalFormatException">A newer version of the library wrote it.</exception>
    Task<RunId> RestoreAsync(Stream source, CancellationToken cancellationToken = default);

    /// <summary>Says how much the runs of each plan take, by plan id.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="OrchestrationConfigurationException">The store can't say.</exception>
    Task<IReadOnlyList<PlanStorage>> GetStorageAsync(CancellationToken cancellationToken = default);

    /// <summary>Gives the space of removed rows back to the file system, where the store can, in slices like those of <see cref="ApplyAsync"/>.</summary>
    /// <param name="cancellationToken">Ends it after the slice under way.</param>
    /// <exception cref="OrchestrationConfigurationException">The store can't remove runs.</exception>
    Task CompactAsync(CancellationToken cancellationToken = default);
}
