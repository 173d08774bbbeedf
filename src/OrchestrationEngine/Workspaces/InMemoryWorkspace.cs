using System.Globalization;
using System.Runtime.CompilerServices;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Workspaces;

/// <summary>A workspace without an engine, for tests of agents: the same rules, on a run that is only in memory. Contracts of documents are not checked.</summary>
public sealed class InMemoryWorkspace : IRunWorkspace
{
    private readonly Workspace _workspace;

    /// <summary>Makes an empty workspace.</summary>
    /// <param name="documents">What a plan would say of the documents (<see cref="OrchestrationPlan.Workspace"/>); null for nothing.</param>
    /// <param name="author">Who reads and writes, who may do all that a person may.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public InMemoryWorkspace(IReadOnlyList<DocumentDefinition>? documents = null, string author = "test", TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        _workspace = new Workspace(new Host(documents ?? [], author, timeProvider ?? TimeProvider.System));
    }

    /// <inheritdoc/>
    public RunId Run => _workspace.Run;

    /// <inheritdoc/>
    public Task<DocumentText?> ReadAsync(string document, long? version = null, CancellationToken cancellationToken = default) => _workspace.ReadAsync(document, version, cancellationToken);

    /// <inheritdoc/>
    public Task<WriteResult> WriteAsync(string document, string text, long baseVersion, WriteOptions? options = null, CancellationToken cancellationToken = default)
        => _workspace.WriteAsync(document, text, baseVersion, options, cancellationToken);

    /// <inheritdoc/>
    public Task<WriteResult> AppendAsync(string document, string text, WriteOptions? options = null, CancellationToken cancellationToken = default)
        => _workspace.AppendAsync(document, text, options, cancellationToken);

    /// <inheritdoc/>
    public Task<WriteResult> LogAsync(string document, string text, WriteOptions? options = null, CancellationToken cancellationToken = default)
        => _workspace.LogAsync(document, text, options, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DocumentSummary>> ListAsync(CancellationToken cancellationToken = default) => _workspace.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<DocumentVersion> ReadHistoryAsync(string document, long afterVersion = 0, CancellationToken cancellationToken = default)
        => _workspace.ReadHistoryAsync(document, afterVersion, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<RecordedEvent> WatchAsync(long afterSequence = 0, CancellationToken cancellationToken = default) => _workspace.WatchAsync(afterSequence, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DocumentConflict>> ListConflictsAsync(CancellationToken cancellationToken = default) => _workspace.ListConflictsAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<string?> ReadConflictAsync(string conflict, CancellationToken cancellationToken = default) => _workspace.ReadConflictAsync(conflict, cancellationToken);

    /// <inheritdoc/>
    public Task<WriteResult> ResolveConflictAsync(string conflict, ConflictResolution resolution, string reason, CancellationToken cancellationToken = default)
        => _workspace.ResolveConflictAsync(conflict, resolution, reason, cancellationToken);

    /// <summary>A run that has started and whose tasks nobody does, with its journal.</summary>
    private sealed class Host : IWorkspaceHost
    {
        private readonly Lock _gate = new();
        private readonly List<RecordedEvent> _journal = [];
        private readonly RunState _state;
        private readonly RunStep _step;
        private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _last;

        public Host(IReadOnlyList<DocumentDefinition> documents, string author, TimeProvider time)
        {
            (Author, Time) = (new WriteAuthor { Person = author }, time);
            var plan = new PlanBuilder("test").Phase("test", phase => phase.Task("test", "test")).Build() with { Workspace = documents };
            var created = new RecordedEvent(1, time.GetUtcNow(), new RunCreated { Plan = plan, Inputs = JsonData.Parse("{}") });
            _journal.Add(created);
            _state = RunFold.Begin(Run, created, PlanGraph.Compile(plan), TimeSpan.Zero);
            _step = new RunStep(_state);
            Decide(new RunCommand.Start());
        }

        public RunId Run { get; } = new("test");

        public WriteAuthor Author { get; }

        public string AuthorName => Author.Person!;

        public TimeProvider Time { get; }

        public IArtifactStore? Artifacts => null;

        public int MaxBytes => 4 * 1024 * 1024;

        public string NextId() => string.Create(CultureInfo.InvariantCulture, $"{WriteIds.MadeByEngine}{Interlocked.Increment(ref _last)}");

        public Task<T> AskAsync<T>(Func<RunState, T> read, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (_gate)
            {
                return Task.FromResult(read(_state));
            }
        }

        public Task<T> TellAsync<T>(RunCommand command, Func<RunState, string?, T> read, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (_gate)
            {
                return Task.FromResult(read(_state, Decide(command)));
            }
        }

        public async IAsyncEnumerable<RecordedEvent> ReadAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask.ConfigureAwait(false);
            foreach (var recorded in After(after).Facts)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return recorded;
            }
        }

        public async IAsyncEnumerable<RecordedEvent> WatchAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            while (true)
            {
                var (facts, next) = After(after);
                foreach (var recorded in facts)
                {
                    after = recorded.Sequence;
                    yield return recorded;
                }

                await next.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        public ValueTask<IReadOnlyList<ContractViolation>> CheckAsync(OrchestrationPlan plan, DocumentDefinition document, string text, CancellationToken cancellationToken) => new([]);

        private (RecordedEvent[] Facts, Task Next) After(long sequence)
        {
            lock (_gate)
            {
                return ([.. _journal.Skip((int)sequence)], _next.Task);
            }
        }

        private string? Decide(RunCommand command)
        {
            var refusal = _step.Decide(command, Time.GetUtcNow());
            _journal.AddRange(_step.Recorded.Span);
            _step.Clear();
            _next.SetResult();
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return refusal;
        }
    }
}
