using System.Diagnostics.CodeAnalysis;

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
    private readonly PriorityQueue<int, long> _waits = new();
    private readonly PriorityQueue<int, int> _signals = new();
    private readonly ReadyLanes _ready = new();
    private readonly PriorityQueue<FanOut, int> _fanOuts = new();
    private readonly List<int> _touched = [];
    private int _lastTicket;

    public DueTimes Due { get; } = new();

    /// <summary>Facts that were decided together with one that has been returned, and come before anything else. Empty between two steps.</summary>
    public Queue<RunEvent> Decided { get; } = new();

    /// <summary>Tasks that are ready and held back each by a gate of its own.</summary>
    public HeldTasks Held { get; } = new();

    /// <summary>Tasks whose wanted attempt may have changed since the effects were last reconciled; may name one twice.</summary>
    public List<int> Touched => _touched;

    /// <summary>Tasks whose children have been created since the effects were last reconciled.</summary>
    public List<int> ChildrenCreated { get; } = [];

    public void LookAtPhase(int phase) => _phases.Enqueue(phase, phase);

    public bool TryTakePhase(out int phase) => _phases.TryDequeue(out phase, out _);

    public void LookAtJoin(int task) => _joins.Enqueue(task, task);

    public bool TryTakeJoin(out int task) => _joins.TryDequeue(out task, out _);

    public void LookAtFanOut(FanOut fanOut)
    {
        if (!fanOut.IsOnAgenda)
        {
            fanOut.IsOnAgenda = true;
            _fanOuts.Enqueue(fanOut, fanOut.Task);
        }
    }

    public bool TryTakeFanOut([MaybeNullWhen(false)] out FanOut fanOut)
    {
        if (!_fanOuts.TryDequeue(out fanOut, out _))
        {
            return false;
        }

        fanOut.IsOnAgenda = false;
        return true;
    }

    /// <summary>A wait has begun, as this fact: what it waits for may have come before.</summary>
    public void LookAtWait(int task, long number) => _waits.Enqueue(task, number);

    public bool TryTakeWait(out int task) => _waits.TryDequeue(out task, out _);

    /// <summary>A signal has come: something may wait for it.</summary>
    public void LookAtSignal(int place) => _signals.Enqueue(place, place);

    public bool TryTakeSignal(out int place) => _signals.TryDequeue(out place, out _);

    public void Touch(int task) => _touched.Add(task);

    /// <summary>Queues a task that could start, unless it is queued.</summary>
    public void AddReady(RunState state, int task)
    {
        ref var slot = ref state.Task(task);
        if (slot.Ticket == 0)
        {
            slot.Ticket = ++_lastTicket;

            // What takes no room waits for none: it stands before those that do.
            _ready.Add(state, task, (state.NeedsRoom(task) ? state.Graph.StartOrder(state.TaskOf(task)) : -1, slot.Ticket));
        }
    }

    /// <summary>Whether a task could start that no gate is known to hold back, dropping those that no longer could.</summary>
    public bool HasReady(RunState state) => _ready.TryPeek(state, out _);

    /// <summary>The first task that could start.</summary>
    public bool TryPeekReady(RunState state, out int task) => _ready.TryPeek(state, out task);

    /// <summary>Takes the first task that could start; call after <see cref="TryPeekReady"/>.</summary>
    public void TakeFirst(RunState state)
    {
        _ready.Take(out var task, out _);
        state.Task(task).Ticket = 0;
    }

    /// <summary>How many tasks at most could start like the first one; call after <see cref="TryPeekReady"/>.</summary>
    public int CountLikeFirst() => _ready.CountBesideFirst();

    /// <summary>Holds back the first task that could start, and where the gate does not tell them apart all that are like it; call after <see cref="TryPeekReady"/>.</summary>
    public void HoldFirst(Gate gate)
    {
        if (gate.IsOfLane)
        {
            _ready.CloseFirst(gate);
            return;
        }

        _ready.Take(out var task, out var place);
        Held.Add(task, gate, place);
    }

    /// <summary>What holds back a task that could start, as far as it was asked; null for nothing.</summary>
    public Gate? GateOf(RunState state, int task) => Held.Of(task) ?? _ready.ClosedBy(state, task);

    /// <summary>The gates that hold something back.</summary>
    public IEnumerable<Gate> ClosedGates(RunState state) => Held.Gates.Concat(_ready.ClosedGates(state));

    /// <summary>Whether a gate of lanes holds back a task that could start otherwise.</summary>
    public bool HoldsBack(RunState state, Gate gate) => _ready.HoldsBack(state, gate);

    /// <summary>Whether a gate of lanes holds back any task that could start otherwise.</summary>
    public bool HoldsBackLanes(RunState state) => _ready.HoldsBackAny(state);

    /// <summary>Whether a gate holds back a task that could start otherwise.</summary>
    public bool HoldsBackAny(RunState state) => Held.Count > 0 || _ready.HoldsBackAny(state);

    /// <summary>Lets a gate be asked again for what it holds back; tasks keep the places that they had.</summary>
    /// <param name="state">The state.</param>
    /// <param name="gate">The gate.</param>
    /// <param name="most">How many tasks may be asked for again, where the gate asks for each.</param>
    public void Open(RunState state, Gate gate, int most = int.MaxValue)
    {
        _ready.Open(gate);
        while (Held.Count > 0 && most-- > 0 && Held.TryTake(gate, out var task, out var place))
        {
            _ready.Add(state, task, place);
        }
    }

    /// <summary>The tasks that are queued and could start, for comparison with their definition.</summary>
    public IEnumerable<int> ReadyTasks(RunState state)
        => Held.Tasks.Where(state.IsStartable).Concat(_ready.Tasks.Where(item => state.Task(item.Task).Ticket == item.Ticket && state.IsStartable(item.Task)).Select(item => item.Task));
}
