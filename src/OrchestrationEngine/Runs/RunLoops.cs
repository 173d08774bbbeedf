using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>What tasks have been through that are done in turns: their own, or those of their phase. Few, so not in the slots.</summary>
internal sealed class RunLoops
{
    private readonly SortedDictionary<int, TaskLoop> _tasks = [];

    /// <summary>The tasks of which something is known, in their order.</summary>
    public IReadOnlyDictionary<int, TaskLoop> Tasks => _tasks;

    /// <summary>Which turn of its own a task is at, from 1.</summary>
    public int TurnOf(int task) => _tasks.TryGetValue(task, out var loop) ? loop.Turn : 1;

    /// <summary>What the earlier turns made, in their order; null for those that made nothing.</summary>
    public IReadOnlyList<JsonData> OutputsOf(int task) => _tasks.TryGetValue(task, out var loop) ? loop.Outputs : [];

    /// <summary>A turn of a task is over.</summary>
    /// <param name="task">The task.</param>
    /// <param name="output">What it made.</param>
    /// <param name="turn">The number of the next turn.</param>
    public void Add(int task, JsonData output, int turn)
    {
        if (!_tasks.TryGetValue(task, out var loop))
        {
            _tasks[task] = loop = new TaskLoop();
        }

        loop.Outputs.Add(output);
        loop.Turn = turn;
    }

    /// <summary>There is no next turn after all: the task ended with the one before.</summary>
    public void TakeBackTurn(int task) => _tasks[task].Turn--;

    /// <summary>The task is done anew.</summary>
    public void Forget(int task) => _tasks.Remove(task);

    /// <summary>The tasks have other numbers; one that is gone has -1.</summary>
    public void Renumber(int[] numbers)
    {
        var loops = _tasks.ToArray();
        _tasks.Clear();
        foreach (var (task, loop) in loops)
        {
            // Items keep their numbers.
            var number = task < ItemTable.First ? numbers[task] : task;
            if (number >= 0)
            {
                _tasks[number] = loop;
            }
        }
    }

    /// <summary>As it was kept.</summary>
    public void Restore(int task, int turn, List<JsonData> outputs) => _tasks[task] = new TaskLoop { Turn = turn, Outputs = outputs };
}

/// <summary>What one task has been through.</summary>
internal sealed class TaskLoop
{
    /// <summary>From 1.</summary>
    public int Turn { get; set; } = 1;

    /// <summary>What the earlier turns made.</summary>
    public List<JsonData> Outputs { get; init; } = [];
}
