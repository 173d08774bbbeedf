namespace OrchestrationEngine.Runs;

/// <summary>
/// The tasks of a run that could start, in lanes: the tasks of a lane meet the same gates, so what holds back one holds back all of them, and
/// a gate that is opened or closed costs the same however many tasks stand before it. The first of all open lanes is the first of the run.
/// Entries are hints: those that no longer hold are dropped when they are met. For the run's single writer.
/// </summary>
internal sealed class ReadyLanes
{
    private readonly Dictionary<LaneKey, Lane> _lanes = [];
    private readonly PriorityQueue<Lane, (int Order, int Ticket)> _open = new();

    // The lanes that a gate holds back: the first of a chain.
    private readonly Dictionary<Gate, Lane> _closed = [];

    // Most runs have one lane.
    private Lane? _latest;

    /// <summary>The tasks that are queued, whether they still could start or not.</summary>
    public IEnumerable<(int Task, int Ticket)> Tasks
        => _lanes.Values.SelectMany(lane => lane.Tasks.UnorderedItems.Select(item => (item.Element, item.Priority.Ticket)));

    /// <summary>Queues a task.</summary>
    public void Add(RunState state, int task, (int Order, int Ticket) place)
    {
        var key = LaneKey.Of(state, task);
        if (_latest is null || _latest.Key != key)
        {
            if (!_lanes.TryGetValue(key, out _latest))
            {
                _lanes[key] = _latest = new Lane(key);
            }
        }

        _latest.Tasks.Enqueue(task, place);
        if (_latest.ClosedBy is null)
        {
            List(_latest, place);
        }
    }

    /// <summary>The first task that could start and whose lane is open.</summary>
    public bool TryPeek(RunState state, out int task)
    {
        while (_open.TryPeek(out var lane, out var listed))
        {
            if (lane.ListedAt != listed)
            {
                _open.Dequeue();
                continue;
            }

            if (!lane.TryPeek(state, out task, out var place))
            {
                _open.Dequeue();
                lane.ListedAt = null;
                continue;
            }

            if (place == listed)
            {
                return true;
            }

            // Those before it are gone.
            lane.ListedAt = place;
            _open.DequeueEnqueue(lane, place);
        }

        task = -1;
        return false;
    }

    /// <summary>Takes the first task; call after <see cref="TryPeek"/>.</summary>
    public void Take(out int task, out (int Order, int Ticket) place) => _open.Peek().Tasks.TryDequeue(out task, out place);

    /// <summary>How many tasks the lane of the first one has at most; call after <see cref="TryPeek"/>.</summary>
    public int CountBesideFirst() => _open.Peek().Tasks.Count;

    /// <summary>Closes the lane of the first task; call after <see cref="TryPeek"/>.</summary>
    public void CloseFirst(Gate gate)
    {
        var lane = _open.Dequeue();
        lane.ListedAt = null;
        lane.ClosedBy = gate;
        lane.NextClosed = _closed.GetValueOrDefault(gate);
        _closed[gate] = lane;
    }

    /// <summary>Has the lanes that a gate holds back looked at again.</summary>
    public void Open(Gate gate)
    {
        if (_closed.Count == 0 || !_closed.Remove(gate, out var first))
        {
            return;
        }

        for (Lane? lane = first, next; lane is not null; lane = next)
        {
            (next, lane.NextClosed, lane.ClosedBy) = (lane.NextClosed, null, null);
            if (lane.Tasks.TryPeek(out _, out var place))
            {
                List(lane, place);
            }
        }
    }

    /// <summary>What closes the lane of a task, or null.</summary>
    public Gate? ClosedBy(RunState state, int task) => _closed.Count > 0 && _lanes.TryGetValue(LaneKey.Of(state, task), out var lane) ? lane.ClosedBy : null;

    /// <summary>Whether a gate holds back a task that could start otherwise.</summary>
    public bool HoldsBack(RunState state, Gate gate)
    {
        for (var lane = _closed.GetValueOrDefault(gate); lane is not null; lane = lane.NextClosed)
        {
            if (lane.TryPeek(state, out _, out _))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The gates that do.</summary>
    public IEnumerable<Gate> ClosedGates(RunState state) => _closed.Keys.Where(gate => HoldsBack(state, gate));

    /// <summary>Whether any gate does.</summary>
    public bool HoldsBackAny(RunState state) => _closed.Keys.Any(gate => HoldsBack(state, gate));

    // One entry of a lane counts, the one at ListedAt; others are left over from before and are dropped when they come first.
    private void List(Lane lane, (int Order, int Ticket) place)
    {
        if (lane.ListedAt is not { } listed || place.CompareTo(listed) < 0)
        {
            lane.ListedAt = place;
            _open.Enqueue(lane, place);
        }
    }

    /// <summary>By what tasks are told apart, where the gates of lanes tell them apart.</summary>
    /// <param name="Phase">The phase, where it has a limit of its own; otherwise -1.</param>
    /// <param name="Demand">What the task takes of the engine (<see cref="Plans.TaskDemands"/>); -1 for what takes no room, -2 for what only limits of the plan hold back.</param>
    /// <param name="ItemsOf">The task, for an item of one that has a limit of its own; otherwise -1.</param>
    private readonly record struct LaneKey(int Phase, int Demand, int ItemsOf)
    {
        public static LaneKey Of(RunState state, int task)
        {
            var itemsOf = task >= ItemTable.First && FanOutRules.Settings(state, state.TaskOf(task)).MaxParallel is not null ? state.TaskOf(task) : -1;
            var needsRoom = state.NeedsRoom(task);
            if (!needsRoom && !state.IsWork(task))
            {
                return new LaneKey(-1, -1, itemsOf);
            }

            var phase = state.PhaseOf(task);
            return new LaneKey(state.Graph.Phase(phase).MaxParallelTasks is null ? -1 : phase, needsRoom ? state.Graph.Demands.Of(state.TaskOf(task)) : -2, itemsOf);
        }
    }

    private sealed class Lane(LaneKey key)
    {
        public LaneKey Key { get; } = key;

        public PriorityQueue<int, (int Order, int Ticket)> Tasks { get; } = new();

        /// <summary>Where it stands among the open lanes; null when it does not.</summary>
        public (int Order, int Ticket)? ListedAt { get; set; }

        public Gate? ClosedBy { get; set; }

        public Lane? NextClosed { get; set; }

        /// <summary>The first task that could start, dropping those before it that no longer could.</summary>
        public bool TryPeek(RunState state, out int task, out (int Order, int Ticket) place)
        {
            while (Tasks.TryPeek(out task, out place))
            {
                ref var slot = ref state.Task(task);
                if (slot.Ticket == place.Ticket)
                {
                    if (state.IsStartable(task))
                    {
                        return true;
                    }

                    slot.Ticket = 0;
                }

                Tasks.Dequeue();
            }

            return false;
        }
    }
}
