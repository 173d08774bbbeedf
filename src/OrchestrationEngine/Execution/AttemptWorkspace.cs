using System.Globalization;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Workspaces;

namespace OrchestrationEngine.Execution;

/// <summary>The way from an attempt to the workspace of its run, over the run's loop on this node. Once the run has left the node, there is none.</summary>
internal sealed class AttemptWorkspace : IWorkspaceHost
{
    private readonly RunActor _actor;
    private readonly NodeContext _node;
    private readonly AttemptExecution _attempt;
    private long _last;
    private volatile bool _hasWritten;

    public AttemptWorkspace(RunActor actor, NodeContext node, AttemptExecution attempt)
    {
        (_actor, _node, _attempt) = (actor, node, attempt);
        Author = new WriteAuthor { Task = attempt.Task, Attempt = attempt.Request.Attempt, Edition = attempt.Edition };
        Workspace = new Workspace(this);
    }

    public IWorkspace Workspace { get; }

    /// <summary>Whether the attempt has written, so that its output is not all that it made.</summary>
    public bool HasWritten => _hasWritten;

    public RunId Run => _actor.Id;

    public WriteAuthor Author { get; }

    public string AuthorName => new WorkspaceAuthor { Task = _attempt.Request.Task, Item = _attempt.Request.Index, Attempt = _attempt.Request.Attempt, Agent = _attempt.Request.Agent }.ToString();

    public string? TaskId => _attempt.Request.Task;

    public int? TaskItem => _attempt.Request.Index;

    public string? AgentName => _attempt.Request.Agent;

    public TimeProvider Time => _node.Time;

    public IArtifactStore? Artifacts => _node.Artifacts;

    public int MaxBytes => _node.Settings.MaxDocumentBytes;

    // An attempt has a number that no other of its task has, whatever becomes of the run.
    public string NextId()
        => string.Create(CultureInfo.InvariantCulture, $"{WriteIds.MadeByEngine}{_attempt.Request.Task}[{_attempt.Request.Index}]#{_attempt.Request.Attempt}.{Interlocked.Increment(ref _last)}");

    public Task<T> AskAsync<T>(Func<RunState, T> read, CancellationToken cancellationToken)
        => PostAsync<T>(null, (state, _) => read(state), cancellationToken);

    public Task<T> TellAsync<T>(RunCommand command, Func<RunState, string?, T> read, CancellationToken cancellationToken)
    {
        _hasWritten = true;
        return PostAsync(command, read, cancellationToken);
    }

    // What is read is a source of what the attempt makes.
    public void WasRead(string document, long version) => _attempt.OwnArtifacts.Note(new ArtifactSource { Kind = BoundSources.Document, Name = document, Version = version });

    public IAsyncEnumerable<RecordedEvent> ReadAsync(long after, CancellationToken cancellationToken) => _node.Store.ReadAsync(Run, after, cancellationToken);

    public IAsyncEnumerable<RecordedEvent> WatchAsync(long after, CancellationToken cancellationToken) => JournalWatch.ReadAsync(Run, after, _node, static () => false, cancellationToken);

    public ValueTask<IReadOnlyList<ContractViolation>> CheckAsync(OrchestrationPlan plan, DocumentDefinition document, string text, CancellationToken cancellationToken)
        => _node.Documents.CheckAsync(this, plan, document, text, cancellationToken);

    private async Task<T> PostAsync<T>(RunCommand? command, Func<RunState, string?, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var asker = new AnswerAsker<T>(read, _node.Work);
        if (!_actor.TryPost(new Envelope(command, asker)))
        {
            throw Gone("Nothing was written.", null);
        }

        try
        {
            return await asker.Answered.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LeaseLostException or ConcurrentAppendException or StateStoreException or ObjectDisposedException)
        {
            throw Gone(command is null ? "" : "Whether the write was stored is in the document's history.", e);
        }
    }

    private WorkspaceException Gone(string what, Exception? cause)
    {
        var message = $"The run has left this node, and attempt {_attempt.Request.Attempt} at task '{_attempt.Request.Task}' no longer counts. {what}".TrimEnd();
        return cause is null ? new WorkspaceException(message) : new WorkspaceException(message, cause);
    }
}

/// <summary>Waits for a command to be carried out, and reads something from the state after it.</summary>
internal sealed class AnswerAsker<T>(Func<RunState, string?, T> read, WorkScheduler work) : IAsker
{
    private readonly Completion<T> _answer = new(work);

    public Task<T> Answered => _answer.Task;

    public void Answer(RunState state, string? refusal) => _answer.TrySetResult(read(state, refusal));

    public void Fail(Exception exception) => _answer.TrySetException(exception);
}
