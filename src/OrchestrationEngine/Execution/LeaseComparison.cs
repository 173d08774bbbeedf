using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>
/// Says now and then whether the store has more leases of a stay than are known here: what it did not answer for in time it may do later, and a lease
/// that nobody knows of would be renewed for as long as the node lives. Used by the claims loop alone.
/// </summary>
internal sealed class LeaseComparison(NodeContext node)
{
    private long _madeAt = node.Time.GetTimestamp();

    /// <summary>Compares, once in the time of a lease.</summary>
    /// <param name="stay">The stay.</param>
    /// <param name="known">How many leases are known, those included that are about to be given back.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<bool> FindsMoreAsync(NodeId stay, Func<int> known, CancellationToken cancellationToken)
    {
        if (node.Time.GetElapsedTime(_madeAt) < node.Settings.LeaseDuration)
        {
            return false;
        }

        var nodes = await node.Store.ListNodesAsync(cancellationToken).ConfigureAwait(false);
        _madeAt = node.Time.GetTimestamp();
        return nodes.FirstOrDefault(entered => entered.Id == stay)?.Runs > known();
    }
}
