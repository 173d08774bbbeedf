namespace OrchestrationEngine.Runs;

/// <summary>The signals that a run has received, in the order in which they came, and which of them are still to be had.</summary>
internal sealed class RunSignals
{
    private readonly List<RunSignal> _received = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<int>> _open = new(StringComparer.Ordinal);

    public IReadOnlyList<RunSignal> Received => _received;

    public bool Contains(string id) => _places.ContainsKey(id);

    /// <summary>The places of the signals of a name that no wait has consumed, the oldest first.</summary>
    public IEnumerable<int> OpenOf(string name) => _open.TryGetValue(name, out var open) ? open : [];

    public void Add(RunSignal signal)
    {
        if (!_places.TryAdd(signal.Id, _received.Count))
        {
            throw new InvalidOperationException($"Signal '{signal.Id}' was received before.");
        }

        if (signal.Task is null)
        {
            if (!_open.TryGetValue(signal.Name, out var open))
            {
                _open[signal.Name] = open = [];
            }

            open.Add(_received.Count);
        }

        _received.Add(signal);
    }

    /// <summary>A wait consumes a signal: no other gets it.</summary>
    public void Consume(string id, string task)
    {
        if (!_places.TryGetValue(id, out var place) || _received[place].Task is not null)
        {
            throw new InvalidOperationException($"Signal '{id}' was {(Contains(id) ? "consumed before" : "never received")}; task '{task}' can't consume it.");
        }

        var signal = _received[place];
        _received[place] = signal with { Task = task };
        _open[signal.Name].Remove(place);
        if (_open[signal.Name].Count == 0)
        {
            _open.Remove(signal.Name);
        }
    }
}
