using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>
/// Keeps the journals of runs and a narrow row about each, and shares the runs among nodes. The engine's durability is the durability of this port:
/// when <see cref="AppendAsync"/> returns, the facts are kept, and only then are their effects started.
/// </summary>
/// <remarks>
/// Implementations must pass <c>StateStoreConformance</c> of OrchestrationEngine.Testing.Xunit, which is the precise form of this contract.
/// All members are called from many threads at once. A store that loses an acknowledged append, or acknowledges one it refused,
/// makes agents run twice or not at all. Cancellation before the commit leaves the store as it was; after the commit the work stands.
/// Errors of the driver come out as <see cref="StateStoreException"/>, which says whether trying again may help.
/// </remarks>
public interface IStateStore : ILeaseStore, IInboxStore
{
    /// <summary>Creates a run with its first facts, unless its business key is taken.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>The run that now has the business key: the new one, or the one that had it before. In the latter case nothing was written.</returns>
    /// <exception cref="RunExistsException">There is a run with this id.</exception>
    /// <exception cref="NodeExpiredException">The owner is not entered any more; nothing was written.</exception>
    ValueTask<RunId> CreateAsync(NewRun run, CancellationToken cancellationToken);

    /// <summary>Appends facts to the journal of a run, all or none. Calls for different runs that are under way together may share one commit.</summary>
    /// <param name="append">The facts, and the version and the epoch that the run must have.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <exception cref="LeaseLostException">The run has another epoch; nothing was written. Looked at before the version.</exception>
    /// <exception cref="ConcurrentAppendException">The run has another version; nothing was written.</exception>
    /// <exception cref="InboxAnsweredException">A message is answered already, or is not one of the run's; nothing was written. So a message is carried out once.</exception>
    /// <exception cref="RunNotFoundException">There is no such run; nothing was written.</exception>
    ValueTask AppendAsync(RunAppend append, CancellationToken cancellationToken);

    /// <summary>Reads the journal of a run in order. Facts that are appended while it is read may or may not be seen; there is never a gap.</summary>
    /// <param name="run">The run. One that does not exist has an empty journal.</param>
    /// <param name="afterSequence">Only facts after this number; 0 for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<RecordedEvent> ReadAsync(RunId run, long afterSequence, CancellationToken cancellationToken);

    /// <summary>Finds the narrow row of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The row, or null when there is no such run.</returns>
    ValueTask<RunSummary?> FindAsync(RunId run, CancellationToken cancellationToken);

    /// <summary>Lists runs, the newest first, from the narrow rows alone: a page costs the same however large the journals are.</summary>
    /// <param name="query">Which runs, and where the page begins.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="ArgumentException">The continuation is not one that this store gave.</exception>
    ValueTask<Page<RunSummary>> QueryAsync(RunQuery query, CancellationToken cancellationToken);
}
