using OrchestrationEngine.Workspaces;

namespace OrchestrationEngine.Execution;

/// <content>The workspace, as the attempt sees it.</content>
internal sealed partial class AttemptExecution
{
    private AttemptWorkspace? _workspace;

    // One for all threads of the agent: it numbers the writes.
    public IWorkspace Workspace => LazyInitializer.EnsureInitialized(ref _workspace, () => new AttemptWorkspace(_actor, _node, this)).Workspace;
}
