namespace OrchestrationEngine.Runs;

/// <summary>The signals that a run has received, in the order in which they came.</summary>
internal sealed class RunSignals
{
    private readonly List<RunSignal> _received = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public IReadOnlyList<RunSignal> Received => _received;

    public bool Contains(string id) => _ids.Contains(id);

    public void Add(RunSignal signal)
    {
        if (!_ids.Add(signal.Id))
        {
            throw new InvalidOperationException($"Signal '{signal.Id}' was received before.");
        }

        _received.Add(signal);
    }
}
