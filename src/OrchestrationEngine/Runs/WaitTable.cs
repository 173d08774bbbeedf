namespace OrchestrationEngine.Runs;

/// <summary>One thing that may end a wait.</summary>
/// <param name="Name">The name of the branch.</param>
/// <param name="Due">When it comes, in UTC ticks; null where it comes by a signal.</param>
/// <param name="Signal">The signal by which it comes; null where it comes by its time.</param>
internal readonly record struct AwaitedBranch(string Name, long? Due, string? Signal);

/// <summary>A wait that is under way.</summary>
/// <param name="Number">The number of the fact by which it began: who began first is served first.</param>
/// <param name="Received">How many signals had come before it.</param>
/// <param name="Branches">What may end it, in the order of the plan.</param>
internal sealed record Wait(long Number, int Received, AwaitedBranch[] Branches);

/// <summary>The waits of a run that are under way.</summary>
internal sealed class WaitTable
{
    private readonly Dictionary<int, Wait> _waits = [];
    private readonly Dictionary<string, SortedDictionary<long, int>> _bySignal = new(StringComparer.Ordinal);

    public int Count => _waits.Count;

    /// <summary>Whether one of them may end by a signal.</summary>
    public bool AwaitsSignals => _bySignal.Count > 0;

    /// <summary>The tasks and items that wait.</summary>
    public IEnumerable<KeyValuePair<int, Wait>> All => _waits;

    /// <summary>What a task waits for, or null.</summary>
    public Wait? Of(int task) => _waits.GetValueOrDefault(task);

    /// <summary>The tasks that wait for a signal, in the order in which they began to.</summary>
    public IEnumerable<int> For(string signal) => _bySignal.TryGetValue(signal, out var waiting) ? waiting.Values : [];

    public void Add(int task, Wait wait)
    {
        _waits.Add(task, wait);
        foreach (var branch in wait.Branches)
        {
            if (branch.Signal is not { } signal)
            {
                continue;
            }

            if (!_bySignal.TryGetValue(signal, out var waiting))
            {
                _bySignal[signal] = waiting = [];
            }

            // Two branches may wait for one signal under different conditions.
            waiting[wait.Number] = task;
        }
    }

    /// <summary>The tasks have other numbers from now on; a negative one for those that are gone.</summary>
    public void Renumber(Func<int, int> numberOf)
    {
        var waits = _waits.ToArray();
        _waits.Clear();
        _bySignal.Clear();
        foreach (var (task, wait) in waits)
        {
            if (numberOf(task) is >= 0 and var number)
            {
                Add(number, wait);
            }
        }
    }

    /// <summary>The wait is over, if there is one.</summary>
    public void Remove(int task)
    {
        if (!_waits.Remove(task, out var wait))
        {
            return;
        }

        foreach (var branch in wait.Branches)
        {
            if (branch.Signal is { } signal && _bySignal.TryGetValue(signal, out var waiting))
            {
                waiting.Remove(wait.Number);
                if (waiting.Count == 0)
                {
                    _bySignal.Remove(signal);
                }
            }
        }
    }
}
