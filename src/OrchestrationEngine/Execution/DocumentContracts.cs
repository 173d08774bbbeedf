using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Workspaces;

namespace OrchestrationEngine.Execution;

/// <summary>Checks the versions of documents against their contracts before they are taken.</summary>
internal static class DocumentContracts
{
    public static ValueTask<IReadOnlyList<ContractViolation>> CheckAsync(IWorkspaceHost host, NodeContext node, OrchestrationPlan plan, DocumentDefinition document, string text, CancellationToken cancellationToken)
        => throw new NotSupportedException($"Document '{document.Name}' has a contract.");
}
