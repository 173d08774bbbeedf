namespace OrchestrationEngine.Runs;

/// <summary>
/// What the facts since the last look made worth looking at: kept incrementally by the fold, so that a step costs what it touches
/// and not the size of the run. Entries are hints; whoever takes one asks the state whether it holds. They come in the order of the plan,
/// so that it makes no difference which hints are left over from before.
/// </summary>
internal sealed class RunAgenda
{
    private readonly PriorityQueue<int, int> _phases = new();
    private readonly PriorityQueue<int, int> _joins = new();
    private readonly PriorityQueue<int, (int Order, int Ticket)> _ready = new();
    private readonly List<int> _touched = [];
    private int _lastTicket;

    public DueTimes Due { get; } = new();

    /// <summary>Facts that were decided together with one that has been returned, and come before anything else. Empty between two steps.</summary>
    public Queue<RunEvent> Decided { get; } = new();

    /// <summary>Tasks that are ready and held back.</summary>
    public HeldTasks Held { get; } = new();

    /// <summary>Tasks whose wanted attempt may have changed since the effects were last reconciled; may name one twice.</summary>
    public List<int> Touched => _touched;

    public int ReadyCount => _ready.Count;

    public void LookAtPhase(int phase) => _phases.Enqueue(phase, phase);

    public bool TryTakePhase(out int phase) => _phases.TryDequeue(out phase, out _);

    public void LookAtJoin(int task) => _joins.Enqueue(task, task);

    public bool TryTakeJoin(out int task) => _joins.TryDequeue(out task, out _);

    public void Touch(int task) => _touched.Add(task);

    /// <summary>Queues a task that could start, unless it is queued.</summary>
    public void AddReady(RunState state, int task)
    {
        ref var slot = ref state.Task(task);
        if (slot.Ticket == 0)
        {
            slot.Ticket = ++_lastTicket;

            // What takes no room waits for none: it stands before those that do.
            _ready.Enqueue(task, (state.NeedsRoom(task) ? state.Graph.StartOrder(state.TaskOf(task)) : -1, slot.Ticket));
        }
    }

    /// <summary>Whether a task could start, dropping those that no longer could.</summary>
    public bool HasReady(RunState state)
    {
        while (_ready.TryPeek(out var task, out var place))
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

            _ready.Dequeue();
        }

        return false;
    }

    /// <summary>Takes the first task that could start.</summary>
    public bool TryTakeReady(RunState state, out int task)
    {
        if (!HasReady(state))
        {
            task = -1;
            return false;
        }

        task = _ready.Dequeue();
        state.Task(task).Ticket = 0;
        return true;
    }

    /// <summary>Holds back the first task that could start; call after <see cref="HasReady"/>.</summary>
    public void HoldFirst(Gate gate)
    {
        _ready.TryDequeue(out var task, out var place);
        Held.Add(task, gate, place);
    }

    /// <summary>The first task that could start; call after <see cref="HasReady"/>.</summary>
    public int First() => _ready.Peek();

    /// <summary>Lets a gate's first tasks be looked at again, in the places that they had.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="most">How many there is room for now.</param>
    public void Open(Gate gate, int most = int.MaxValue)
    {
        while (most-- > 0 && Held.TryTake(gate, out var task, out var place))
        {
            _ready.Enqueue(task, place);
        }
    }

    /// <summary>The tasks that are queued and could start, for comparison with their definition.</summary>
    public IEnumerable<int> ReadyTasks(RunState state)
        => Held.Tasks.Where(state.IsStartable).Concat(_ready.UnorderedItems.Where(item => state.Task(item.Element).Ticket == item.Priority.Ticket && state.IsStartable(item.Element)).Select(item => item.Element));
}
