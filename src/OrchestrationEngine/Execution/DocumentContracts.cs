using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Workspaces;

namespace OrchestrationEngine.Execution;

/// <summary>Checks the versions of documents against their contracts before they are taken. Contracts are compiled once for each plan. Safe for many threads.</summary>
internal sealed class DocumentContracts(NodeContext node)
{
    private readonly ConditionalWeakTable<OrchestrationPlan, ConcurrentDictionary<string, IHandoffContract>> _compiled = [];

    /// <summary>Everything that is wrong with a text.</summary>
    public async ValueTask<IReadOnlyList<ContractViolation>> CheckAsync(IWorkspaceHost host, OrchestrationPlan plan, DocumentDefinition document, string text, CancellationToken cancellationToken)
    {
        var contract = _compiled.GetOrCreateValue(plan).GetOrAdd(
            document.Name,
            static (name, given) => new ContractCompiler(given.Node.GraphOf(given.Plan), given.Node.Handoffs).Compile(given.Contract, $"document '{name}'")!,
            (Node: node, Plan: plan, document.Contract));
        var verdict = await contract.ValidateAsync(new DocumentHandoff(host, node, plan, document, text), cancellationToken).ConfigureAwait(false);
        return verdict.Violations;
    }

    /// <summary>A version of a document, as contracts see it: an artifact of its name.</summary>
    private sealed class DocumentHandoff : Handoff
    {
        private readonly IWorkspaceHost _host;
        private readonly NodeContext _node;
        private readonly OrchestrationPlan _plan;
        private readonly byte[] _content;

        public DocumentHandoff(IWorkspaceHost host, NodeContext node, OrchestrationPlan plan, DocumentDefinition document, string text)
        {
            (_host, _node, _plan) = (host, node, plan);
            _content = Encoding.UTF8.GetBytes(text);
            Artifact = new ArtifactReference
            {
                Digest = ContentDigest.Of(_content),
                Name = document.Name,
                MediaType = document.MediaType ?? DocumentNames.MediaTypeOf(document.Name),
                Size = _content.Length,
            };
        }

        public override RunId Run => _host.Run;

        public override string Plan => _plan.Id;

        public override string Task => _host.TaskId ?? "";

        public override int? Item => _host.TaskItem;

        public override int Attempt => _host.Author.Attempt;

        public override string Agent => _host.AgentName ?? "";

        public override string? Consumer => null;

        public override string? Part => Artifact.Name;

        public override JsonData Value => Artifact.ToJson();

        public override ArtifactReference Artifact { get; }

        public override IReadOnlyList<ArtifactReference> Artifacts => [Artifact];

        public override IServiceProvider Services => _node.Services;

        public override ValueTask<Stream> OpenAsync(CancellationToken cancellationToken) => new(new MemoryStream(_content, writable: false));
    }
}
