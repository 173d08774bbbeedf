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

    // Small enough that a list of three items costs little, and pages of items that are forgotten are given back.
    private const int PageBits = 6;
    private const int PageSize = 1 << PageBits;
    private const int PageMask = PageSize - 1;

    private readonly Dictionary<int, FanOut> _ofTask = [];
    private Page?[] _pages = [];

    /// <summary>How many numbers have been given, to items of all tasks and generations.</summary>
    public int Count { get; private set; }

    /// <summary>The tasks that have items now, or know of what will be some, by their numbers.</summary>
    public IReadOnlyDictionary<int, FanOut> FanOuts => _ofTask;

    /// <summary>The slot of an item.</summary>
    public ref TaskSlot Slot(int item) => ref _pages[(item - First) >> PageBits]!.Slots[item & PageMask];

    /// <summary>What an item made.</summary>
    public ref JsonData Output(int item) => ref EntryOf(item).Output;

    /// <summary>The value of the list that an item is for.</summary>
    public JsonData Value(int item) => EntryOf(item).Value;

    /// <summary>Whether what an item made is a part of its task's output.</summary>
    public ref bool IsInOutput(int item) => ref EntryOf(item).IsInOutput;

    /// <summary>All of an item's task's items.</summary>
    public FanOut FanOutOf(int item) => EntryOf(item).FanOut!;

    public int TaskOf(int item) => EntryOf(item).FanOut!.Task;

    public int IndexOf(int item) => EntryOf(item).Index;

    /// <summary>Whether there is such an item, and it is not forgotten.</summary>
    public bool Has(int item)
        => item >= First
            && item - First < Count
            && (item - First) >> PageBits is var index
            && index < _pages.Length
            && _pages[index] is { } page
            && page.Entries[item & PageMask].FanOut is not null;

    /// <summary>The numbers of all items that are not forgotten.</summary>
    public IEnumerable<int> Numbers
    {
        get
        {
            for (var index = 0; index < _pages.Length && index << PageBits < Count; index++)
            {
                for (var place = 0; _pages[index] is { } page && place < PageSize; place++)
                {
                    if (page.Entries[place].FanOut is not null)
                    {
                        yield return First + (index << PageBits) + place;
                    }
                }
            }
        }
    }

    /// <summary>The items of a task, or null where it has none and knows of none.</summary>
    public FanOut? Find(int task) => _ofTask.Count > 0 && _ofTask.TryGetValue(task, out var fanOut) ? fanOut : null;

    /// <summary>The items of a task, of which there are none where it has not had any.</summary>
    public FanOut Open(int task)
    {
        if (!_ofTask.TryGetValue(task, out var fanOut))
        {
            _ofTask[task] = fanOut = new FanOut(task);
        }

        return fanOut;
    }

    public bool TryFind(int task, int index, out int item)
    {
        item = Find(task) is { } fanOut && index >= 0 && index < fanOut.Count ? fanOut[index] : -1;
        return item >= 0;
    }

    /// <summary>Adds an item at the end of a task's list.</summary>
    public int Add(FanOut fanOut, int generation, JsonData value)
    {
        if (Count == First)
        {
            throw new InvalidOperationException($"A run has at most {First} items in all its generations.");
        }

        var item = First + Count;
        var page = PageFor(Count);
        page.Slots[item & PageMask] = new TaskSlot { Generation = generation, Attempt = fanOut.AttemptsBefore };
        page.Entries[item & PageMask] = new Entry { FanOut = fanOut, Index = fanOut.Count, Value = value };
        page.Left++;
        fanOut.Add(item);
        Count++;
        return item;
    }

    /// <summary>The tasks have other numbers. The items keep theirs; those of a task that is gone (-1) are forgotten.</summary>
    public void Renumber(int[] numbers)
    {
        var fanOuts = _ofTask.Values.ToArray();
        foreach (var gone in fanOuts.Where(fanOut => numbers[fanOut.Task] < 0))
        {
            Detach(gone.Task);
        }

        _ofTask.Clear();
        foreach (var fanOut in fanOuts.Where(fanOut => numbers[fanOut.Task] >= 0))
        {
            fanOut.Renumber(numbers);
            _ofTask[fanOut.Task] = fanOut;
        }
    }

    /// <summary>Passes over numbers whose items are forgotten.</summary>
    public void Skip(int numbers)
    {
        if (numbers > First - Count)
        {
            throw new InvalidDataException("There are too many items.");
        }

        Count += numbers;
    }

    /// <summary>Forgets the items of a task: it is done again, with others.</summary>
    public void Detach(int task)
    {
        if (!_ofTask.Remove(task, out var fanOut))
        {
            return;
        }

        for (var index = 0; index < fanOut.Count; index++)
        {
            var item = fanOut[index];
            ref var page = ref _pages[(item - First) >> PageBits];
            page!.Entries[item & PageMask] = default;
            if (--page.Left == 0 && (item - First) >> PageBits != Count >> PageBits)
            {
                page = null;
            }
        }
    }

    private ref Entry EntryOf(int item) => ref _pages[(item - First) >> PageBits]!.Entries[item & PageMask];

    private Page PageFor(int number)
    {
        var index = number >> PageBits;
        if (index >= _pages.Length)
        {
            Array.Resize(ref _pages, Math.Max(index + 1, _pages.Length * 2));
        }

        return _pages[index] ??= new Page();
    }

    private sealed class Page
    {
        public readonly TaskSlot[] Slots = new TaskSlot[PageSize];
        public readonly Entry[] Entries = new Entry[PageSize];
        public int Left;
    }

    private struct Entry
    {
        public FanOut? FanOut;
        public int Index;
        public bool IsInOutput;
        public JsonData Value;
        public JsonData Output;
    }
}
