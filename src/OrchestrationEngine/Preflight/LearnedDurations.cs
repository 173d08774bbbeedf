using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Preflight;

/// <summary>Learns from the journals of earlier runs how long tasks take. For one thread.</summary>
public sealed class LearnedDurations
{
    private const int MostSamples = 1000;

    private readonly Dictionary<string, List<TimeSpan>> _samples = new(StringComparer.Ordinal);

    /// <summary>Takes the journal of a run in: the time of each attempt that succeeded, by the id of its task. The latest 1,000 of a task are kept.</summary>
    /// <param name="journal">The facts, in order.</param>
    public void Add(IEnumerable<RecordedEvent> journal)
    {
        ArgumentNullException.ThrowIfNull(journal);
        var started = new Dictionary<(string, int?), DateTimeOffset>();
        foreach (var fact in journal)
        {
            switch (fact.Event)
            {
                case AttemptStarted start:
                    started[(start.Task, start.Item)] = fact.Timestamp;
                    break;
                case AttemptSucceeded end when started.Remove((end.Task, end.Item), out var since):
                    Add(end.Task, fact.Timestamp - since);
                    break;
            }
        }
    }

    /// <summary>What was learned, by the id of the task.</summary>
    public IReadOnlyDictionary<string, DurationDistribution> ToDurations()
        => _samples.ToDictionary(pair => pair.Key, pair => DurationDistribution.FromSamples(pair.Value), StringComparer.Ordinal);

    private void Add(string task, TimeSpan time)
    {
        if (!_samples.TryGetValue(task, out var samples))
        {
            _samples[task] = samples = [];
        }

        if (samples.Count == MostSamples)
        {
            samples.RemoveAt(0);
        }

        samples.Add(time < TimeSpan.Zero ? TimeSpan.Zero : time);
    }
}
