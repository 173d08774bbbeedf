namespace OrchestrationEngine.Plans;

/// <content>Contracts, handoffs and documents.</content>
public sealed partial class PlanBuilder
{
    /// <summary>Adds a contract, which tasks, handoffs, documents and other contracts name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="contract">What must hold.</param>
    public PlanBuilder Contract(string name, ContractDefinition contract)
    {
        _header = _header with { Contracts = [.. _header.Contracts, new PlanContract { Name = name, Contract = contract }] };
        return this;
    }

    /// <summary>Adds a handoff: what passes between two tasks, under which contracts and in which form.</summary>
    /// <param name="handoff">The handoff.</param>
    public PlanBuilder Handoff(HandoffDefinition handoff)
    {
        _header = _header with { Handoffs = [.. _header.Handoffs, handoff] };
        return this;
    }

    /// <summary>Adds a document that the tasks share.</summary>
    /// <param name="document">The document.</param>
    public PlanBuilder Document(DocumentDefinition document)
    {
        _header = _header with { Workspace = [.. _header.Workspace, document] };
        return this;
    }
}
