namespace OrchestrationEngine.Agents;

/// <summary>
/// Which requests this process is done with: their answers were returned, or nobody waits any more. A further attempt at the same work asks anew. Lost with the process, which costs an attempt at most.
/// Used from many threads.
/// </summary>
internal sealed class ReturnedAnswers
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Attempt, DateTimeOffset At)> _latest = new(StringComparer.Ordinal);

    public int Latest(string work)
    {
        lock (_gate)
        {
            return _latest.GetValueOrDefault(work).Attempt;
        }
    }

    public void Add(string work, int attempt, DateTimeOffset now)
    {
        lock (_gate)
        {
            _latest[work] = (Math.Max(attempt, _latest.GetValueOrDefault(work).Attempt), now);
        }
    }

    /// <summary>Forgets those whose files are gone by now.</summary>
    public void Forget(DateTimeOffset before)
    {
        lock (_gate)
        {
            foreach (var work in _latest.Where(answer => answer.Value.At < before).Select(answer => answer.Key).ToList())
            {
                _latest.Remove(work);
            }
        }
    }
}
