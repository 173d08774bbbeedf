using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Execution;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Workspaces;

namespace OrchestrationEngine;

/// <content>The workspaces of runs, for people and programs outside.</content>
internal sealed partial class Orchestrator
{
    public IRunWorkspace OpenWorkspace(RunId run, string author)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        return new Workspace(new OutsideWorkspace(this, node, newId, run, author));
    }

    /// <summary>The way from outside to the workspace of a run, whichever node has it.</summary>
    private sealed class OutsideWorkspace(Orchestrator owner, OrchestrationNode node, Func<DateTimeOffset, string> newId, RunId run, string author) : IWorkspaceHost
    {
        private readonly NodeContext _context = node.Context;

        public RunId Run => run;

        public WriteAuthor Author { get; } = new() { Person = author };

        public string AuthorName => author;

        public TimeProvider Time => _context.Time;

        public IArtifactStore? Artifacts => _context.Artifacts;

        public int MaxBytes => _context.Settings.MaxDocumentBytes;

        public string NextId() => WriteIds.MadeByEngine + newId(_context.Time.GetUtcNow());

        public Task<T> AskAsync<T>(Func<RunState, T> read, CancellationToken cancellationToken) => owner.AskAsync(run, read, cancellationToken);

        public async Task<T> TellAsync<T>(RunCommand command, Func<RunState, string?, T> read, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await node.StartAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            var asker = new AnswerAsker<T>(read, _context.Work);
            if (node.TryPost(run, new Envelope(command, asker)))
            {
                try
                {
                    return await asker.Answered.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (LeaseLostException)
                {
                    // Nothing was written, or it was and is found by its id: sent again, it makes no second version.
                }
            }

            var refusal = await node.SendAsync(run, command, cancellationToken).ConfigureAwait(false);
            return await owner.AskAsync(run, state => read(state, refusal), cancellationToken).ConfigureAwait(false);
        }

        public IAsyncEnumerable<RecordedEvent> ReadAsync(long after, CancellationToken cancellationToken) => _context.Store.ReadAsync(run, after, cancellationToken);

        public IAsyncEnumerable<RecordedEvent> WatchAsync(long after, CancellationToken cancellationToken) => owner.WatchAsync(run, after, cancellationToken);

        public ValueTask<IReadOnlyList<ContractViolation>> CheckAsync(OrchestrationPlan plan, DocumentDefinition document, string text, CancellationToken cancellationToken)
            => _context.Documents.CheckAsync(this, plan, document, text, cancellationToken);
    }
}
