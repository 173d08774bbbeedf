using System.Globalization;

namespace OrchestrationEngine.Faults.Disturbing;

/// <summary>Something that goes wrong.</summary>
/// <param name="At">When, from the beginning of the trial.</param>
/// <param name="Kind">What.</param>
/// <param name="Node">The number of the node, from 0; has no meaning where the store goes wrong.</param>
/// <param name="For">How long it lasts, or until the node is started again.</param>
internal readonly record struct Fault(TimeSpan At, FaultKind Kind, int Node, TimeSpan For)
{
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{Kind}{(Kind >= FaultKind.RestartStore ? "" : $" node {Node}")} for {For.TotalSeconds:0.0} s");
}

/// <summary>What can go wrong. Those of nodes come first.</summary>
internal enum FaultKind
{
    /// <summary>The process of a node is killed, and a new one is started later.</summary>
    Kill,

    /// <summary>The process of a node is stopped for longer than its lease, and then goes on.</summary>
    Pause,

    /// <summary>A node is stopped in good order, and a new one is started later.</summary>
    Stop,

    /// <summary>All connections of a node to the store are cut.</summary>
    DropConnections,

    /// <summary>Nothing passes between a node and the store.</summary>
    StallConnections,

    /// <summary>The server of the store is stopped without a checkpoint and started again.</summary>
    RestartStore,

    /// <summary>The first process of the server is killed, and the server started again.</summary>
    KillStore,

    /// <summary>Another program holds the file locked against writing.</summary>
    LockStore,

    /// <summary>The server ends the sessions of all nodes.</summary>
    CutSessions,
}
