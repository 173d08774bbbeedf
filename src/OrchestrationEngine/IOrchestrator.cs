using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Registry;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Workspaces;

namespace OrchestrationEngine;

/// <summary>Starts runs of plans, watches them and steers them. One instance serves the whole application; all members may be called at once.</summary>
/// <remarks>
/// The first call starts the node, which also takes up the unfinished runs of the store. Members that name a run throw
/// <see cref="RunNotFoundException"/> when there is none, and <see cref="RunRefusedException"/> when the run, as it stands, can't do what is asked.
/// </remarks>
public interface IOrchestrator
{
    /// <summary>Starts the node unless it is started: unfinished runs go on. Idempotent.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task StartNodeAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Stops the node: no new attempts start, and runs without attempts under way are handed over at once. Those under way get the shutdown grace
    /// period, and their runs are handed over as they end; the rest are left for the next node to take up.
    /// </summary>
    /// <param name="cancellationToken">Ends the grace period early.</param>
    Task StopNodeAsync(CancellationToken cancellationToken = default);

    /// <summary>Says how this process's node does. Asks nobody, and never waits.</summary>
    NodeStatus DescribeNode();

    /// <summary>Lists the nodes that share the store, with their load.</summary>
    /// <param name="cancellationToken">Ends the search.</param>
    Task<IReadOnlyList<NodeSummary>> ListNodesAsync(CancellationToken cancellationToken = default);

    /// <summary>Starts a run of a plan. When it returns, the run is in the store.</summary>
    /// <param name="plan">The plan. The run keeps its own copy.</param>
    /// <param name="options">Inputs, id and business key; null for none.</param>
    /// <param name="cancellationToken">Cancels before the run is stored.</param>
    /// <returns>The run; where the business key was taken, the run that has it.</returns>
    /// <exception cref="PlanInvalidException">The plan or its inputs have problems; the exception has all of them.</exception>
    /// <exception cref="RunExistsException">There is a run with this id.</exception>
    /// <exception cref="ArtifactNotFoundException">The inputs name contents that the artifact store does not have.</exception>
    Task<RunHandle> StartAsync(OrchestrationPlan plan, StartRunOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Starts a run of a plan of the registry. When it returns, the run is in the store, with its own copy of the plan.</summary>
    /// <param name="planId">The plan's id.</param>
    /// <param name="version">The plan's version; null for the latest.</param>
    /// <param name="options">Inputs, id and business key; null for none.</param>
    /// <param name="cancellationToken">Cancels before the run is stored.</param>
    /// <returns>The run; where the business key was taken, the run that has it.</returns>
    /// <exception cref="PlanNotFoundException">The registry has no such plan.</exception>
    /// <exception cref="PlanInvalidException">The plan or its inputs have problems; the exception has all of them.</exception>
    /// <exception cref="RunExistsException">There is a run with this id.</exception>
    Task<RunHandle> StartAsync(string planId, string? version = null, StartRunOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits until a run has ended. What was moved out of its output for its size is a value again in the result, up to MaxOutputBytes; beyond that it stays a
    /// reference (<see cref="ArtifactReference"/>).
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends the waiting, not the run.</param>
    /// <exception cref="ArtifactNotFoundException">Something of the output was moved, and is not there any more.</exception>
    /// <exception cref="ArtifactDamagedException">Something of the output was moved, and is not what was stored.</exception>
    Task<RunResult> WaitAsync(RunId run, CancellationToken cancellationToken = default);

    /// <summary>Reads where a run stands. What was moved out of outputs for its size is a reference in the snapshot (<see cref="ArtifactReference"/>).</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The snapshot, or null when there is no such run.</returns>
    Task<RunSnapshot?> GetAsync(RunId run, CancellationToken cancellationToken = default);

    /// <summary>Lists runs, the newest first.</summary>
    /// <param name="query">Which runs, and where the page begins.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    Task<Page<RunSummary>> ListAsync(RunQuery query, CancellationToken cancellationToken = default);

    /// <summary>Watches a run: its history, then each fact as it is stored, without a gap or a duplicate. Ends when the run does.</summary>
    /// <param name="run">The run.</param>
    /// <param name="afterSequence">Only facts after this number; 0 for all.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
    IAsyncEnumerable<RecordedEvent> WatchAsync(RunId run, long afterSequence = 0, CancellationToken cancellationToken = default);

    /// <summary>Says of everything in a run that has not ended and is not running why that is so.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<WaitReason>> ExplainAsync(RunId run, CancellationToken cancellationToken = default);

    /// <summary>Holds a run: attempts under way go on to their end, nothing new starts.</summary>
    /// <param name="run">The run.</param>
    /// <param name="reason">Why; it goes into the journal.</param>
    /// <param name="cancellationToken">Ends the waiting; the command may still be carried out.</param>
    Task PauseAsync(RunId run, string reason, CancellationToken cancellationToken = default);

    /// <summary>Lets a held run go on.</summary>
    /// <param name="run">The run.</param>
    /// <param name="reason">Why; it goes into the journal.</param>
    /// <param name="cancellationToken">Ends the waiting; the command may still be carried out.</param>
    Task ResumeAsync(RunId run, string reason, CancellationToken cancellationToken = default);

    /// <summary>
    /// Cancels a run: attempts under way are asked to stop, and given up when the grace period is over. Returns when the request is stored;
    /// <see cref="WaitAsync"/> tells when the run has ended.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="reason">Why; it goes into the journal.</param>
    /// <param name="cancellationToken">Ends the waiting; the command may still be carried out.</param>
    Task CancelAsync(RunId run, string reason, CancellationToken cancellationToken = default);

    /// <summary>
    /// Cancels one task of a run; the run goes on. What is under way of it is asked to stop, and given up when the grace period is over. It does not
    /// count as failed; tasks that depend on it go by what they say of missing outputs. Returns when the request is stored.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The id of the task.</param>
    /// <param name="reason">Why; it goes into the journal.</param>
    /// <param name="cancellationToken">Ends the waiting; the command may still be carried out.</param>
    Task CancelTaskAsync(RunId run, string task, string reason, CancellationToken cancellationToken = default);

    /// <summary>Cancels some tasks of a run, as <see cref="CancelTaskAsync"/> does with one; those that have ended stay as they are.</summary>
    /// <param name="run">The run.</param>
    /// <param name="selection">Which tasks.</param>
    /// <param name="reason">Why; it goes into the journal.</param>
    /// <param name="cancellationToken">Ends the waiting; the command may still be carried out.</param>
    Task CancelTasksAsync(RunId run, TaskSelection selection, string reason, CancellationToken cancellationToken = default);

    /// <summary>Sets a run aside for a person to look at; one under way is stopped as by <see cref="CancelAsync"/>.</summary>
    /// <param name="run">The run.</param>
    /// <param name="reason">Why; it goes into the journal.</param>
    /// <param name="cancellationToken">Ends the waiting; the command may still be carried out.</param>
    Task QuarantineAsync(RunId run, string reason, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends something to a run, whichever node has it. When it returns, the signal is in the run's journal, once; it is kept there for
    /// whatever waits for it, now or later.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="name">The name of the signal.</param>
    /// <param name="payload">What it carries; up to 1 MiB with its name.</param>
    /// <param name="cancellationToken">Ends the waiting; the signal may still be received.</param>
    Task SignalAsync(RunId run, string name, JsonData payload = default, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes the plan of a run that is under way: phases and tasks are added, and those that have not started are replaced, left out or rewired. The
    /// changes are made together or not at all, and are in the run's journal with their author either way.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="patch">The changes.</param>
    /// <param name="author">Who wants them; it goes into the journal.</param>
    /// <param name="reason">Why; it goes into the journal.</param>
    /// <param name="cancellationToken">Ends the waiting; the changes may still be made.</param>
    /// <returns>What is different now, or everything that spoke against the changes.</returns>
    Task<PatchResult> PatchAsync(RunId run, PlanPatch patch, string author, string reason, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds items to a task whose list is open (<see cref="ForEachDefinition.Open"/>), at its end and in this order. When it returns, they are in the
    /// run's journal.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="items">The items; up to 1 MiB of JSON in one call.</param>
    /// <param name="id">The caller's own id for this addition: what was added under it before is not added again. Null for none, and every call then adds.</param>
    /// <param name="cancellationToken">Ends the waiting; the items may still be added.</param>
    Task AddItemsAsync(RunId run, string task, IReadOnlyList<JsonData> items, string? id = null, CancellationToken cancellationToken = default);

    /// <summary>Says that a task gets no more items: it is done when those that it has are. Idempotent.</summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Ends the waiting; the command may still be carried out.</param>
    Task SealAsync(RunId run, string task, CancellationToken cancellationToken = default);

    /// <summary>
    /// Has a task that is done for each item of a list succeed with what is there: items that have not ended are canceled, those under way are asked to
    /// stop first. Idempotent.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="reason">Why; it goes into the journal.</param>
    /// <param name="cancellationToken">Ends the waiting; the command may still be carried out.</param>
    Task CompleteItemsAsync(RunId run, string task, string reason, CancellationToken cancellationToken = default);

    /// <summary>Reads where the items of a task stand that is done for each item of a list; how many there are is in <see cref="RunTask.Items"/>.</summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="first">The index of the first item to read.</param>
    /// <param name="most">How many to read at most, from 1 to 10,000.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The items in the order of the list; empty where the task has no more of them, or none.</returns>
    Task<IReadOnlyList<RunItem>> GetItemsAsync(RunId run, string task, int first = 0, int most = 1000, CancellationToken cancellationToken = default);

    /// <summary>
    /// Decides about a task whose attempt handed over less than it should, and about which a person is asked (<see cref="Plans.OnMissing.Ask"/>). When
    /// it returns, the decision is in the run's journal, with who decided and why.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="task">The task.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="item">The item of the task, from 0, where it is done for each item of a list; otherwise null.</param>
    /// <param name="cancellationToken">Ends the waiting; the decision may still be recorded.</param>
    Task DecideHandoffAsync(RunId run, string task, HandoffDecision decision, int? item = null, CancellationToken cancellationToken = default);

    /// <summary>Says whether a run could go on by another version of its plan, as it stands now. Changes nothing.</summary>
    /// <param name="run">The run.</param>
    /// <param name="plan">The version.</param>
    /// <param name="renames">What phases and tasks of the run's plan are called there, where they are called otherwise; null for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<MoveVerdict> JudgeMoveAsync(RunId run, OrchestrationPlan plan, PlanRenames? renames = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Has a run that is under way go on by another version of its plan, where that is safe: what has ended stays as it ended, what is under way goes
    /// on, and the rest is done as the version says. A run that is not moved goes on by its own copy of the plan that it was started with.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="plan">The version. The run keeps its own copy.</param>
    /// <param name="author">Who wants it; it goes into the journal.</param>
    /// <param name="reason">Why; it goes into the journal.</param>
    /// <param name="renames">What phases and tasks of the run's plan are called there, where they are called otherwise; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting; the run may still be moved.</param>
    /// <returns>The verdict; the run has moved where it is <see cref="MoveOutcome.Safe"/>.</returns>
    Task<MoveResult> MoveAsync(RunId run, OrchestrationPlan plan, string author, string reason, PlanRenames? renames = null, CancellationToken cancellationToken = default);

    /// <summary>Opens an artifact of a run to be read from its beginning. Where no version is given, or an earlier one, the run's journal is read for it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">The name of the artifact.</param>
    /// <param name="version">The version, from 1; null for the latest that did not break its contract. One that is asked for by its number is opened even where it did.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>A stream that can only be read, forward, and that fails before the end of a content that is not what was stored. The caller disposes of it.</returns>
    /// <exception cref="ArtifactNotFoundException">The run has no such artifact, or its content is not there any more.</exception>
    Task<Stream> OpenArtifactAsync(RunId run, string name, int? version = null, CancellationToken cancellationToken = default);

    /// <summary>Opens a content by its reference, from an output or a manifest, to be read from its beginning.</summary>
    /// <param name="artifact">The reference.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>As <see cref="OpenArtifactAsync(RunId, string, int?, CancellationToken)"/>.</returns>
    /// <exception cref="ArtifactNotFoundException">The content is not there any more.</exception>
    Task<Stream> OpenArtifactAsync(ArtifactReference artifact, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads what a run made, from what, under which contracts, and who was given it. Computed from the run's journal, which is read from its beginning and
    /// folded: it costs as much as loading the run without a kept state, and binding the inputs of each attempt once more.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<RunManifest> GetManifestAsync(RunId run, CancellationToken cancellationToken = default);

    /// <summary>
    /// Opens the workspace of a run for a person, or a program outside, whichever node has the run. Asks nobody; its members throw
    /// <see cref="RunNotFoundException"/> when there is no such run. Once the run has ended, it is only read.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="author">Who reads and writes; the name stands in the history of what is written.</param>
    IRunWorkspace OpenWorkspace(RunId run, string author);

    /// <summary>Has a failed or quarantined run go on from a phase or a task, in a new generation of what is done again.</summary>
    /// <param name="run">The run.</param>
    /// <param name="point">From where.</param>
    /// <param name="reason">Why; it goes into the journal.</param>
    /// <param name="cancellationToken">Ends the waiting; the command may still be carried out.</param>
    Task<RunHandle> RestartFromAsync(RunId run, RestartPoint point, string reason, CancellationToken cancellationToken = default);
}
