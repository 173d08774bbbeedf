using System.Diagnostics.CodeAnalysis;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>In whose name runs are claimed.</summary>
internal interface IClaimant
{
    /// <summary>Whether the node is on its way down, and looks for nothing any more.</summary>
    bool IsStopping { get; }

    /// <summary>Canceled when it is.</summary>
    CancellationToken Stopping { get; }

    /// <summary>The node's stay; null while it is not joined.</summary>
    NodeStay? Stay { get; }

    /// <summary>Whether it takes more runs; not when it drains.</summary>
    bool TakesRuns { get; }

    /// <summary>The store does not have the stay any more.</summary>
    void PutOut(NodeId stay);

    /// <summary>Gives back a run that has no loop, for another node to go on with.</summary>
    void LetGo(OwnedRun run);

    /// <summary>Makes a run that the store has given to the stay the node's own, in room that was reserved for it.</summary>
    /// <returns>False when it is already, or the stay is over.</returns>
    bool TryOwn(NodeStay stay, LeasedRun lease, [NotNullWhen(true)] out OwnedRun? run);
}
