namespace OrchestrationEngine.Runs;

/// <summary>
/// One task's items and how many of them are how far: counted as they go, so that a question about a hundred thousand items costs no more than one
/// about three. Changed by the fold alone.
/// </summary>
internal sealed class FanOut(int task)
{
    /// <summary>The most items that one task may have.</summary>
    public const int MaxItems = 1_000_000;

    // Items that came together have numbers that follow one another.
    private readonly List<(int Index, int Item)> _rows = [];

    /// <summary>The task's number in the graph.</summary>
    public int Task { get; private set; } = task;

    /// <summary>How many attempts an item has had in earlier generations of the task, at most: theirs go on from there, so that no two of the same item have the same number.</summary>
    public int AttemptsBefore { get; set; }

    /// <summary>Whether the task has had its list.</summary>
    public bool IsExpanded { get; set; }

    /// <summary>Whether no more items are added.</summary>
    public bool IsSealed { get; set; }

    /// <summary>Whether the task has ended and its list is open still, so that its phase can't end.</summary>
    public bool HoldsPhase { get; set; }

    /// <summary>Why the items that have not ended are given up, and what becomes of the task then; null while they are not.</summary>
    public TaskCompleting? Completing { get; set; }

    /// <summary>In UTC ticks: since when.</summary>
    public long CompletingSince { get; set; }

    /// <summary>Whether the task's output has been made from those of its items.</summary>
    public bool IsComposed { get; set; }

    public int Count { get; private set; }

    /// <summary>Items that have ended, however.</summary>
    public int Ended { get; private set; }

    public int Succeeded { get; private set; }

    /// <summary>Items that failed, or were set aside.</summary>
    public int Failed { get; private set; }

    /// <summary>Items that have started and have neither ended nor wait for their next attempt.</summary>
    public int UnderWay { get; private set; }

    /// <summary>The index of the item that failed first; -1 for none.</summary>
    public int FirstFailed { get; set; } = -1;

    /// <summary>How long the outputs of those that succeeded are together.</summary>
    public long OutputBytes { get; private set; }

    /// <summary>The ids under which callers added items.</summary>
    public HashSet<string> Additions { get; } = new(StringComparer.Ordinal);

    /// <summary>The tasks of its join that have arrived, in that order, where each becomes an item.</summary>
    public List<int> Arrived { get; } = [];

    /// <summary>How many of those have become items.</summary>
    public int Taken { get; set; }

    /// <summary>Whether the agenda has it, so that a thousand items that end together are one look.</summary>
    public bool IsOnAgenda { get; set; }

    /// <summary>The tasks have other numbers.</summary>
    public void Renumber(int[] numbers)
    {
        Task = numbers[Task];
        for (var arrival = 0; arrival < Arrived.Count; arrival++)
        {
            Arrived[arrival] = numbers[Arrived[arrival]];
        }
    }

    public int Open => Count - Ended;

    /// <summary>The number of the item at an index.</summary>
    public int this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            var (low, high) = (0, _rows.Count - 1);
            while (low < high)
            {
                var middle = (low + high + 1) / 2;
                (low, high) = _rows[middle].Index <= index ? (middle, high) : (low, middle - 1);
            }

            return _rows[low].Item + (index - _rows[low].Index);
        }
    }

    /// <summary>Counts an item that stands so and was not counted so far.</summary>
    /// <param name="status">Where it stands.</param>
    /// <param name="outputBytes">How long what it made is.</param>
    public void Note(RunTaskStatus status, int outputBytes)
    {
        UnderWay += status is RunTaskStatus.Running or RunTaskStatus.Waiting ? 1 : 0;
        Ended += status.IsTerminal() ? 1 : 0;
        Failed += status is RunTaskStatus.Failed or RunTaskStatus.Quarantined ? 1 : 0;
        if (status == RunTaskStatus.Succeeded)
        {
            Succeeded++;
            OutputBytes += outputBytes;
        }
    }

    /// <summary>An item is under way no longer; how it goes on is noted next.</summary>
    public void TakeBack() => UnderWay--;

    /// <summary>Notes an item at the end. Called by the table of items.</summary>
    public void Add(int item)
    {
        if (_rows.Count == 0 || _rows[^1].Item + (Count - _rows[^1].Index) != item)
        {
            _rows.Add((Count, item));
        }

        Count++;
    }
}
