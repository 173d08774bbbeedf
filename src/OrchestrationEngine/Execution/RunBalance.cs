using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>
/// Keeps the runs spread over the nodes: says what this node's share is, and hands over what it has beyond it where others have room.
/// Used by the claims loop; what is said to be is for others.
/// </summary>
internal sealed class RunBalance(NodeContext node, Action<OwnedRun> release)
{
    private readonly List<OwnedRun> _marked = [];
    private readonly HashSet<RunId> _handedOver = [];
    private NodeStay? _stay;
    private bool _hadMore;
    private bool _hadSurplus;
    private volatile int _share = int.MaxValue;
    private volatile int _forNew = int.MaxValue;
    private int _roomElsewhere;

    /// <summary>How many runs this node takes at first; what others leave it takes at its next look.</summary>
    public int Share => _share;

    /// <summary>How many runs this node may have for a new one to be its own. Read from any thread.</summary>
    public int ForNewRuns => _forNew;

    /// <summary>Whether another node has room for a new run that is one too many here. What was seen is used up until the next look. Called from any thread.</summary>
    public bool TryGiveAway() => _forNew != int.MaxValue && Interlocked.Decrement(ref _roomElsewhere) >= 0;

    /// <summary>Looks at all nodes, and at how many runs each has.</summary>
    /// <param name="stay">This node's stay.</param>
    /// <param name="releasing">How many leases of it are still to be given back.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Whether the store counts runs for this node, time and again, of which it does not know.</returns>
    public async ValueTask<bool> LookAsync(NodeStay stay, int releasing, CancellationToken cancellationToken)
    {
        if (_stay != stay)
        {
            (_stay, _hadMore, _hadSurplus) = (stay, false, false);
            _marked.Clear();
            _handedOver.Clear();
        }

        var nodes = await node.Store.ListNodesAsync(cancellationToken).ConfigureAwait(false);
        TakeBackMarks();
        var others = nodes.Where(each => each.Id != stay.Id && !each.IsDraining).ToList();
        if (others.Count == 0)
        {
            (_share, _forNew, _hadSurplus) = (int.MaxValue, int.MaxValue, false);
        }
        else
        {
            Balance(stay, others, nodes.Sum(each => each.Runs));
        }

        var hasMore = nodes.FirstOrDefault(each => each.Id == stay.Id)?.Runs > stay.Count + releasing;
        var hadMore = _hadMore;
        _hadMore = hasMore;
        return hasMore && hadMore;
    }

    private void Balance(NodeStay stay, List<NodeSummary> others, int all)
    {
        var live = others.Count + 1;
        var share = Math.Max(1, (all + live - 1) / live);
        var slack = Math.Max(1, share / 10);
        var room = others.Sum(each => Math.Max(0, Math.Min(each.MaxRuns, share) - each.Runs));
        _share = share;
        Volatile.Write(ref _roomElsewhere, room);

        // With fewer runs than it can make attempts at once, giving one away would only make it wait.
        _forNew = room > 0 ? Math.Max(share + slack, node.Settings.Limits.Attempts) : int.MaxValue;

        // Short runs are done before the next look, and what they were too many by with them.
        var isSurplus = stay.Count > share + slack;
        if (isSurplus && _hadSurplus)
        {
            HandOver(stay, Math.Min(stay.Count - share, room));
        }

        _hadSurplus = isSurplus;
    }

    private void HandOver(NodeStay stay, int count)
    {
        var first = stay.Runs().Where(run => !_handedOver.Contains(run.Id)).OrderBy(static run => run.AttemptsOut > 0).Take(count);
        foreach (var run in first.ToList())
        {
            _marked.Add(run);
            if (run.HandOver())
            {
                release(run);
            }
        }
    }

    // A run whose attempts did not end in between must not stand still for them.
    private void TakeBackMarks()
    {
        foreach (var run in _marked)
        {
            if (!run.TakeBack())
            {
                // It is gone; should it come back, there was nobody else for it.
                _handedOver.Add(run.Id);
            }
        }

        _marked.Clear();
    }
}
