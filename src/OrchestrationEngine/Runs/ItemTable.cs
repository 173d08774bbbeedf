using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// The items of tasks that are done for each item of a list. Each has a number from <see cref="First"/> up, by which it has a slot and an output like
/// a task of the graph, so that attempts, retries and times are the same for both. Numbers are never used again. For the run's single writer.
/// </summary>
internal sealed class ItemTable
{
    /// <summary>The number of the first item; tasks of the graph have smaller ones.</summary>
    public const int First = 1 << 30;

    private readonly Dictionary<int, List<int>> _ofTask = [];
    private TaskSlot[] _slots = [];
    private Entry[] _entries = [];

    /// <summary>How many items there are, of all tasks and generations.</summary>
    public int Count { get; private set; }

    /// <summary>The slot of an item. The reference is good until an item is added.</summary>
    public ref TaskSlot Slot(int item) => ref _slots[item - First];

    /// <summary>What an item made. The reference is good until an item is added.</summary>
    public ref JsonData Output(int item) => ref _entries[item - First].Output;

    /// <summary>The value of the list that an item is for.</summary>
    public JsonData Value(int item) => _entries[item - First].Value;

    public int TaskOf(int item) => _entries[item - First].Task;

    public int IndexOf(int item) => _entries[item - First].Index;

    public bool Has(int item) => item >= First && item - First < Count;

    /// <summary>The numbers of a task's items in the order of the list; empty while it has none.</summary>
    public IReadOnlyList<int> Of(int task) => _ofTask.TryGetValue(task, out var items) ? items : [];

    public bool TryFind(int task, int index, out int item)
    {
        var items = Of(task);
        item = index >= 0 && index < items.Count ? items[index] : -1;
        return item >= 0;
    }

    /// <summary>Adds an item at the end of a task's list.</summary>
    public int Add(int task, JsonData value)
    {
        if (Count == _slots.Length)
        {
            Array.Resize(ref _slots, Math.Max(16, Count * 2));
            Array.Resize(ref _entries, Math.Max(16, Count * 2));
        }

        if (!_ofTask.TryGetValue(task, out var items))
        {
            _ofTask[task] = items = [];
        }

        var item = First + Count;
        _slots[Count] = new TaskSlot { Generation = 1 };
        _entries[Count] = new Entry { Task = task, Index = items.Count, Value = value };
        items.Add(item);
        Count++;
        return item;
    }

    /// <summary>The tasks have other numbers. The items keep theirs; those of a task that is gone (-1) are nobody's.</summary>
    public void Renumber(int[] numbers)
    {
        var lists = _ofTask.ToArray();
        _ofTask.Clear();
        foreach (var (task, items) in lists)
        {
            if (numbers[task] is >= 0 and var number)
            {
                _ofTask[number] = items;
            }
        }

        for (var item = 0; item < Count; item++)
        {
            _entries[item].Task = _entries[item].Task < 0 ? -1 : numbers[_entries[item].Task];
        }
    }

    /// <summary>Forgets which items a task has: it is done again, with others.</summary>
    public void Detach(int task) => _ofTask.Remove(task);

    private struct Entry
    {
        public int Task;
        public int Index;
        public JsonData Value;
        public JsonData Output;
    }
}
