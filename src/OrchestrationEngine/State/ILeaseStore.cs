namespace OrchestrationEngine.State;

/// <summary>
/// Shares the runs of a store among nodes. A node joins with a duration and renews before it is over; while it does, the runs it has
/// acquired are its own. When it does not, or leaves, its leases end and any other node may acquire its runs.
/// </summary>
/// <remarks>
/// <para>
/// One clock decides: the store's. A node whose time is over is put out by the next other node that acquires; until that happens it can still renew,
/// so that a node that is alone survives a pause. Who was put out joins again and acquires anew.
/// </para>
/// <para>
/// Each run has an <em>epoch</em>, a number that grows whenever a lease on it begins or ends. Every append carries the epoch its
/// writer knows and is refused when that is not the run's: so a node that was paused can never write over its successor, whatever its clock says.
/// </para>
/// <para>
/// A run without a lease is <em>due</em> at a time of the store's clock, or never: from its creation for one that was created without an owner, when
/// <see cref="LeaseRelease.WakeAfter"/> is over for one that was released, at once when its holder is lost before the run has ended, and at once when a
/// message is posted to it. Only due runs are acquired. The end of a run (an append with a terminal status) ends its lease by itself.
/// </para>
/// </remarks>
public interface ILeaseStore
{
    /// <summary>Enters a node. Where a node of the same name is entered, that one is put out, and its leases end at once.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>The id of this stay.</returns>
    ValueTask<NodeId> JoinAsync(NodeRegistration node, CancellationToken cancellationToken);

    /// <summary>Renews the stay of a node, from now for its duration, and notes its load.</summary>
    /// <param name="heartbeat">The node and its load.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>False when the node is not entered any more: its time was over and it was put out, or another joined with its name. It has no lease then.</returns>
    ValueTask<bool> RenewAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken);

    /// <summary>Takes a node out and ends its leases; its runs that have not ended are due at once. Nothing happens when it is not entered.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    ValueTask LeaveAsync(NodeId node, CancellationToken cancellationToken);

    /// <summary>
    /// Puts out other nodes whose time is over, then gives a node leases on due runs, those that are due for longest first. No run is given to two nodes.
    /// </summary>
    /// <param name="request">Which node, and how many runs.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <exception cref="NodeExpiredException">The node is not entered any more; nothing was given.</exception>
    ValueTask<LeasedRuns> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken);

    /// <summary>Ends a lease.</summary>
    /// <param name="release">The lease, and when the run is due again.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>False when the lease had ended already; nothing was changed then.</returns>
    ValueTask<bool> ReleaseAsync(LeaseRelease release, CancellationToken cancellationToken);

    /// <summary>Lists the nodes that are entered, by name. One whose time is over is listed until it is put out.</summary>
    /// <param name="cancellationToken">Ends the search.</param>
    ValueTask<IReadOnlyList<NodeSummary>> ListNodesAsync(CancellationToken cancellationToken);
}
