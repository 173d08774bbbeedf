namespace OrchestrationEngine.Runs;

/// <summary>What may hold back a task that is ready.</summary>
internal enum GateKind
{
    /// <summary>As many tasks of the phase run as it allows. The index is the phase's.</summary>
    PhaseRoom,

    /// <summary>The task's milestone is not there. The index is the task's.</summary>
    Guard,

    /// <summary>The task stands in line for a lock. The index is the task's.</summary>
    Lock,

    /// <summary>The tasks of the phase run one at a time. The index is the lock's.</summary>
    Turns,

    /// <summary>As many tasks of the run are under way as its plan allows. For runs that do tasks, which take none of the engine's room.</summary>
    RunRoom,

    /// <summary>A limit of the engine (<see cref="IAdmission"/>), for whose line the run stands in. The index is the engine's own.</summary>
    EngineRoom,

    /// <summary>The engine starts nothing of this run now, whatever room there is. The index is 0.</summary>
    Engine,

    /// <summary>As many items of a task are under way as it allows. The index is the task's.</summary>
    Items,
}

/// <summary>One thing that holds back tasks that are ready.</summary>
internal readonly record struct Gate(GateKind Kind, int Index)
{
    /// <summary>Whether it holds back all tasks of a lane alike (<see cref="ReadyLanes"/>), and not a task for what it is.</summary>
    public bool IsOfLane => Kind is GateKind.PhaseRoom or GateKind.RunRoom or GateKind.Items or GateKind.EngineRoom or GateKind.Engine;
}

/// <summary>
/// Tasks that are ready and held back by a gate that asks each of them, each in the queue of the gate that it met first, until that is opened: nothing
/// polls. Derived from the state, not a part of it: a task that is loaded is offered again, and meets its gate again.
/// </summary>
internal sealed class HeldTasks
{
    private readonly Dictionary<Gate, PriorityQueue<int, (int Order, int Ticket)>> _queues = [];
    private readonly Dictionary<int, (Gate Gate, int Ticket)> _gates = [];

    /// <summary>How many tasks are held back.</summary>
    public int Count => _gates.Count;

    /// <summary>The tasks that are held back.</summary>
    public IEnumerable<int> Tasks => _gates.Keys;

    /// <summary>The gates that hold tasks back.</summary>
    public IEnumerable<Gate> Gates => _queues.Keys;

    /// <summary>What holds a task back, or null.</summary>
    public Gate? Of(int task) => _gates.TryGetValue(task, out var held) ? held.Gate : null;

    /// <summary>Holds a task back. It keeps its place among those that are ready.</summary>
    public void Add(int task, Gate gate, (int Order, int Ticket) place)
    {
        if (!_queues.TryGetValue(gate, out var queue))
        {
            _queues[gate] = queue = new();
        }

        queue.Enqueue(task, place);
        _gates[task] = (gate, place.Ticket);
    }

    /// <summary>Forgets a task that has ended: it must not be taken for one that can use what a gate lets through.</summary>
    public void Remove(int task) => _gates.Remove(task);

    /// <summary>Takes the first task that a gate holds back.</summary>
    public bool TryTake(Gate gate, out int task, out (int Order, int Ticket) place)
    {
        if (_queues.TryGetValue(gate, out var queue))
        {
            while (queue.TryDequeue(out task, out place))
            {
                // One that was forgotten, or came again since, has no place here any more.
                var holds = _gates.TryGetValue(task, out var held) && held == (gate, place.Ticket);
                if (queue.Count == 0)
                {
                    _queues.Remove(gate);
                }

                if (holds)
                {
                    _gates.Remove(task);
                    return true;
                }
            }
        }

        (task, place) = (-1, default);
        return false;
    }
}
