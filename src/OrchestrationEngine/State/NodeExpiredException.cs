namespace OrchestrationEngine.State;

/// <summary>A node is not entered in the store any more. Nothing was written.</summary>
public sealed class NodeExpiredException : OrchestrationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="node">The node.</param>
    public NodeExpiredException(NodeId node)
        : base($"Node '{node}' is not entered in this store any more: it was not heard of for too long, it left, or another node joined with its name. Its leases have ended; join again.")
    {
        Node = node;
    }

    /// <summary>The node.</summary>
    public NodeId Node { get; }
}
