using System.Globalization;

namespace OrchestrationEngine.State;

// Who has which run.
public sealed partial class InMemoryStateStore
{
    private readonly SortedDictionary<string, EnteredAs> _nodes = new(StringComparer.Ordinal);
    private readonly SortedSet<InMemoryJournal> _due = new(Comparer<InMemoryJournal>.Create(static (one, other)
        => one.DueAt != other.DueAt ? Nullable.Compare(one.DueAt, other.DueAt) : one.DueNumber.CompareTo(other.DueNumber)));

    private long _lastStay;
    private long _lastDue;

    private long NowTicks => _time.GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public ValueTask<NodeId> JoinAsync(NodeRegistration node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentException.ThrowIfNullOrWhiteSpace(node.Name, nameof(node));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(node.LeaseDuration, TimeSpan.Zero, nameof(node));
        cancellationToken.ThrowIfCancellationRequested();
        NodeId id;
        lock (_gate)
        {
            if (_nodes.TryGetValue(node.Name, out var former))
            {
                PutOut(former);
            }

            id = new NodeId($"{node.Name}/{(++_lastStay).ToString(CultureInfo.InvariantCulture)}");
            var now = _time.GetUtcNow();
            _nodes[node.Name] = new EnteredAs(id, node) { JoinedAt = now, RenewedAt = now };
        }

        Ring();
        return ValueTask.FromResult(id);
    }

    /// <inheritdoc/>
    public ValueTask<bool> RenewAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (Entered(heartbeat.Node) is not { } node)
            {
                return ValueTask.FromResult(false);
            }

            node.RenewedAt = _time.GetUtcNow();
            node.Last = heartbeat;
            return ValueTask.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask LeaveAsync(NodeId node, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (Entered(node) is { } entered)
            {
                PutOut(entered);
            }
        }

        Ring();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<LeasedRuns> AcquireAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegative(request.MaxRuns, nameof(request));
        cancellationToken.ThrowIfCancellationRequested();
        var (leased, othersLost) = Acquire(request);
        if (othersLost)
        {
            // There may be more of their runs than this node takes.
            Ring();
        }

        return ValueTask.FromResult(leased);
    }

    private (LeasedRuns Leased, bool OthersLost) Acquire(LeaseRequest request)
    {
        lock (_gate)
        {
            var othersLost = ExpireNodes(request.Node);
            DropOldAnswers();
            var node = EnteredNode(request.Node);
            var agents = request.Agents is null ? null : request.Agents as IReadOnlySet<string> ?? new HashSet<string>(request.Agents, StringComparer.Ordinal);
            var now = NowTicks;
            var taken = new List<InMemoryJournal>();
            var moreDue = false;
            long? nextDue = null;
            foreach (var journal in _due)
            {
                if (journal.DueAt > now)
                {
                    nextDue = journal.DueAt;
                    break;
                }

                if (agents is not null && journal.Mail is null && !journal.Agents.All(agents.Contains))
                {
                    continue;
                }

                if (taken.Count == request.MaxRuns)
                {
                    moreDue = true;
                    break;
                }

                taken.Add(journal);
            }

            var runs = taken.ConvertAll(journal => new LeasedRun(journal.Id, Give(journal, node)));
            return (new LeasedRuns(runs, moreDue, nextDue is { } ticks ? TimeSpan.FromTicks(ticks - now) : null), othersLost);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> ReleaseAsync(LeaseRelease release, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_journals.TryGetValue(release.Run, out var journal) || journal.Owner is null || journal.Epoch != release.Epoch)
            {
                return ValueTask.FromResult(false);
            }

            EndLease(journal, release.WakeAfter is { } wait ? NowTicks + Math.Min(wait.Ticks, DateTimeOffset.MaxValue.UtcTicks - NowTicks) : null);
        }

        Ring();
        return ValueTask.FromResult(true);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NodeSummary>> ListNodesAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<NodeSummary>>([.. _nodes.Values.Select(node => node.Summarize())]);
        }
    }

    private EnteredAs? Entered(NodeId id)
    {
        foreach (var node in _nodes.Values)
        {
            if (node.Id == id)
            {
                return node;
            }
        }

        return null;
    }

    private EnteredAs EnteredNode(NodeId id) => Entered(id) ?? throw new NodeExpiredException(id);

    private bool ExpireNodes(NodeId acquiring)
    {
        var now = _time.GetUtcNow();
        var lost = _nodes.Values.Where(node => node.ExpiresAt <= now && node.Id != acquiring).ToList();
        lost.ForEach(PutOut);
        return lost.Count > 0;
    }

    private void PutOut(EnteredAs node)
    {
        _nodes.Remove(node.Name);
        foreach (var journal in node.Runs.ToList())
        {
            EndLease(journal, journal.IsTerminal ? null : NowTicks);
        }
    }

    private long Give(InMemoryJournal journal, EnteredAs node)
    {
        SetDue(journal, null);
        node.Runs.Add(journal);
        return journal.Lease(node.Id);
    }

    private void EndLease(InMemoryJournal journal, long? wakeAt)
    {
        if (journal.Owner is { } owner)
        {
            foreach (var node in _nodes.Values.Where(node => node.Id == owner))
            {
                node.Runs.Remove(journal);
            }

            journal.Lease(null);
        }

        SetDue(journal, journal.Mail is null ? wakeAt : NowTicks);
    }

    private void SetDue(InMemoryJournal journal, long? ticks)
    {
        if (journal.DueAt is not null)
        {
            _due.Remove(journal);
        }

        (journal.DueAt, journal.DueNumber) = (ticks, ++_lastDue);
        if (ticks is not null)
        {
            _due.Add(journal);
        }
    }

    /// <summary>A node that is entered.</summary>
    private sealed class EnteredAs(NodeId id, NodeRegistration node)
    {
        public NodeId Id => id;

        public string Name => node.Name;

        public DateTimeOffset JoinedAt { get; init; }

        public DateTimeOffset RenewedAt { get; set; }

        public DateTimeOffset ExpiresAt => DateTimeOffset.MaxValue - RenewedAt <= node.LeaseDuration ? DateTimeOffset.MaxValue : RenewedAt + node.LeaseDuration;

        public NodeHeartbeat Last { get; set; }

        public HashSet<InMemoryJournal> Runs { get; } = [];

        public NodeSummary Summarize() => new()
        {
            Id = id,
            Name = node.Name,
            JoinedAt = JoinedAt,
            RenewedAt = RenewedAt,
            ExpiresAt = ExpiresAt,
            Runs = Runs.Count,
            MaxRuns = node.MaxRuns,
            Attempts = Last.Attempts,
            MaxAttempts = node.MaxAttempts,
            IsDraining = Last.IsDraining,
        };
    }
}
